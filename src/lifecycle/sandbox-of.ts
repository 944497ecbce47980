import type { Context } from '../context.ts';
import type { Drill } from '../domain/drill.ts';
import type { Sandbox } from '../domain/manifest.ts';

/** Where a drill writes, as the manifests in force have it. */
export function sandboxOf({ manifests }: Context, { system }: Pick<Drill, 'system'>): Sandbox | undefined {
  return manifests.systems[system]?.sandbox;
}
