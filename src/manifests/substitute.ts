export type Env = Readonly<Record<string, string | undefined>>;

export interface Substitution {
  readonly env: Env;
  /** Names that manifests refer to as `env:NAME`: their values never become text of a manifest. */
  readonly secrets: ReadonlySet<string>;
  /** Whether `${secret}` may stand here. */
  readonly inConnector: boolean;
  readonly report: (message: string) => void;
}

/** Puts the environment in for `${NAME}` and `${NAME:-default}`; `${{ … }}` and `${secret}` stay for later. */
export function substitute(text: string, context: Substitution): string {
  return text.replace(/\$\{\{.*?\}\}|\$\{([^{}]*)\}|\$\{/gs, (whole, inner: string | undefined) => {
    if (whole.startsWith('${{')) return whole;
    if (inner === undefined) {
      context.report('has a ${ that is not closed');
      return '';
    }
    return lookUp(inner, context);
  });
}

function lookUp(inner: string, { env, secrets, inConnector, report }: Substitution): string {
  if (inner === 'secret' && inConnector) return '${secret}';
  const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inner) ?? [];
  if (inner === 'secret') report('${secret} may stand only inside connector');
  else if (name === undefined) report('has a ${…} that is neither ${NAME} nor ${NAME:-default}');
  else if (secrets.has(name))
    report(`\${${name}} is a secret: in a connector write \${secret}, elsewhere leave it out`);
  else return fromEnvironment(name, env[name], fallback, report);
  return '';
}

function fromEnvironment(
  name: string,
  value: string | undefined,
  fallback: string | undefined,
  report: Substitution['report'],
): string {
  const found = value !== undefined && (value !== '' || fallback === undefined) ? value : fallback;
  if (found === undefined)
    report(`\${${name}} is not set in the environment and has no default (\${${name}:-…})`);
  else if (found.includes('${'))
    report(`the value of ${name} holds \${: values are put in once and not read again`);
  else return found;
  return '';
}
