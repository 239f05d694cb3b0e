/** Seconds in a text of one program's own notation; null for what it would not accept. */
export type ReadSeconds = (text: string) => number | null;

const day = 86_400;
const units: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: day,
  w: 7 * day,
  M: 30 * day,
  y: 365 * day,
};

/** `30` */
export const wholeSeconds: ReadSeconds = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : null);

/** `1m30s`: Go's time.ParseDuration. */
export const goDuration: ReadSeconds = (text) =>
  text === '0' ? 0 : sumOf(text, /(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g);

/** `30` or `30s`: Traefik's own. */
export const goDurationOrSeconds: ReadSeconds = (text) => wholeSeconds(text) ?? goDuration(text);

/** `1m 30s`, `30`: nginx. https://nginx.org/en/docs/syntax.html */
export const nginxTime: ReadSeconds = (text) =>
  wholeSeconds(text) ?? sumOf(text.replace(/\s+/g, ''), /(\d+)(ms|s|m|h|d|w|M|y)/g);

/** `PT30S`: java.time.Duration. */
export const isoDuration: ReadSeconds = (text) => {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  const parts = match?.slice(1) ?? [];
  if (parts.every((part) => part === undefined)) return null;
  const [days = '0', hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(days) * day + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
};

/** `30s`, `PT30S`; a number alone is milliseconds. Spring Boot's DurationStyle. */
export const springDuration: ReadSeconds = (text) =>
  isoDuration(text) ?? simple(/^\d+$/.test(text) ? `${text}ms` : text.toLowerCase());

/** `30`, `30s`, `1h30m`, `PT30S`. https://quarkus.io/guides/all-config#duration-note-anchor */
export const quarkusDuration: ReadSeconds = (text) =>
  wholeSeconds(text) ??
  isoDuration(text) ??
  (/^\d+(ms|d)$/i.test(text) ? simple(text.toLowerCase()) : isoDuration(`PT${text}`));

/** `30s`, `PT30S`: Micronaut's TimeConverterRegistrar. */
export const micronautDuration: ReadSeconds = (text) => isoDuration(text) ?? simple(text);

/** One number and one unit. */
const simple: ReadSeconds = (text) => sumOf(text, /^(\d+)(ns|us|ms|s|m|h|d)$/g);

/** Characters; nobody writes a longer one. */
const longest = 40;

/** Numbers with units that make up the whole text. */
function sumOf(text: string, part: RegExp): number | null {
  if (text.length > longest) return null;
  const parts = [...text.matchAll(part)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return null;
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0), 0);
  return Number.isFinite(seconds) ? Number(seconds.toFixed(3)) : null;
}
