/** What a suppression says. */
export interface Words {
  readonly ruleIds: readonly string[];
  readonly reason: string;
  /** `@name`, without the sign. */
  readonly owner: string | null;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly expires: string | null;
  /** Why it accepts nothing as it is written, and what to write instead; null where it is right. */
  readonly problem: string | null;
}

/** `<rule>[, <rule>] [@owner] [until YYYY-MM-DD] -- <reason>`: what follows `lifecycle-ignore:`. */
export function parseComment(text: string): Words {
  const at = text.search(/(^|\s)--(\s|$)/);
  const head = at < 0 ? text : text.slice(0, at);
  const reason =
    at < 0
      ? ''
      : text
          .slice(at)
          .replace(/^\s*--/, '')
          .trim();
  const without = 'it gives no reason: write `-- ` and the reason behind the rule';
  return { ...parseHead(head), reason, ...(reason === '' ? { problem: without } : {}) };
}

/** `<rule> [@owner] [until YYYY-MM-DD]: <reason>; <rule>: <reason>`: an annotation's value. */
export function parseAnnotation(text: string): readonly Words[] {
  return text
    .split(/;\s*(?=[a-z][a-z0-9-]*(?:\s*,\s*[a-z][a-z0-9-]*)*(?:\s+@\S+)?(?:\s+until\s+\S+)?\s*:)/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const at = part.indexOf(':');
      const reason =
        at < 0
          ? ''
          : part
              .slice(at + 1)
              .trim()
              .replace(/;$/, '');
      const without = 'it gives no reason: write `: ` and the reason behind the rule';
      return {
        ...parseHead(at < 0 ? part : part.slice(0, at)),
        reason,
        ...(reason === '' ? { problem: without } : {}),
      };
    });
}

function parseHead(head: string): Omit<Words, 'reason'> {
  const owner = /(^|\s)@(\S+)/.exec(head)?.[2] ?? null;
  const until = /\suntil\s+(\S+)/.exec(head)?.[1] ?? null;
  const rest = head.replace(/(^|\s)@\S+/, ' ').replace(/\suntil\s+\S+/, ' ');
  const ruleIds = rest.split(/[\s,]+/).filter((word) => word !== '');
  const badDate = until !== null && !isDate(until);
  const problem = badDate
    ? 'the day after `until` is not a date: write it as `2027-01-31`'
    : ruleIds.length === 0
      ? 'it names no rule'
      : null;
  return { ruleIds, owner, expires: badDate ? null : until, problem };
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(time || 0).toISOString().startsWith(text);
}
