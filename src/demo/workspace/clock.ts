/** Epoch milliseconds. `advance` moves the workspace ahead of the machine and runs what falls due on the way. */
export interface Clock {
  now(): number;
  advance(ms: number): void;
  /** Runs once, `ms` of this clock's time from now. The returned function calls it off. */
  after(ms: number, run: () => void): () => void;
  stop(): void;
}

interface Appointment {
  readonly due: number;
  readonly run: () => void;
  timer: NodeJS.Timeout | undefined;
}

export function createClock(machineNow: () => number = Date.now): Clock {
  let offset = 0;
  const appointments = new Set<Appointment>();
  const now = () => machineNow() + offset;

  function arm(appointment: Appointment): void {
    clearTimeout(appointment.timer);
    const keep = () => {
      if (now() < appointment.due) return arm(appointment);
      appointments.delete(appointment);
      appointment.run();
    };
    appointment.timer = setTimeout(keep, Math.max(0, appointment.due - now())).unref();
  }

  return {
    now,
    advance(ms) {
      offset += ms;
      for (const appointment of appointments) arm(appointment);
    },
    after(ms, run) {
      const appointment: Appointment = { due: now() + ms, run, timer: undefined };
      appointments.add(appointment);
      arm(appointment);
      return () => {
        clearTimeout(appointment.timer);
        appointments.delete(appointment);
      };
    },
    stop() {
      for (const appointment of appointments) clearTimeout(appointment.timer);
      appointments.clear();
    },
  };
}
