import type { Argument } from '../../programs/shells.ts';

/** What a program asks over the network, as far as its arguments tell. */
export interface Asked {
  /** Name from our tables, never text of the change. */
  readonly program: string;
  /** Null where it is not known, and `''` where the program's own default is used: the container itself. */
  readonly hosts: readonly Argument[];
  /** Paths of HTTP requests. */
  readonly paths: readonly string[];
  /** Images of the very server that it is the client of; null for clients of anything. */
  readonly ownImages: RegExp | null;
}

/** `-h db`, `-hdb`, `--host db`, `--host=db`. */
export function valuesOf(
  args: readonly Argument[],
  options: readonly string[],
  attached: string | undefined,
): readonly Argument[] {
  return args.flatMap((arg, index) => {
    if (arg === null) return [];
    if (options.includes(arg)) return index + 1 < args.length ? [args[index + 1] ?? null] : [];
    const long = options.find((option) => arg.startsWith(`${option}=`));
    if (long !== undefined) return [arg.slice(long.length + 1)];
    return attached !== undefined && arg.startsWith(attached) ? [arg.slice(attached.length)] : [];
  });
}

/** Hosts of a URI, without the user, the password and the port. */
export function hostsOfUri(text: string): readonly string[] {
  const authority = /^[a-z][a-z0-9+]*:\/\/([^/?#]*)/i.exec(text)?.[1];
  return authority === undefined ? [] : authority.replace(/^.*@/, '').split(',').map(withoutPort);
}

function withoutPort(host: string): string {
  return /^(\[[^\]]*\]|[^:]*):[^:]*$/.exec(host)?.[1] ?? host;
}

/** `db`, `db:5432`, `https://db:2379`. */
export function hostOf(address: Argument): Argument {
  if (address === null) return null;
  return address.includes('://') ? (hostsOfUri(address)[0] ?? '') : withoutPort(address);
}

/** What is no option and no option's value. `takesValue`: letters of options that take the next word. */
export function positional(args: readonly Argument[], takesValue: string): readonly Argument[] {
  return args.filter((arg, index) => {
    if (arg?.startsWith('-')) return false;
    const before = args[index - 1] ?? '';
    return !(/^-[a-zA-Z]+$/.test(before) && takesValue.includes(before.slice(-1)));
  });
}
