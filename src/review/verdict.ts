import { byText } from '../text/order.ts';
import type { Finding, NotCheckedEntry, Report } from './report.ts';

export type FailOn = 'error' | 'warning' | 'never';

/** The verdict covers what this change introduced or made worse; everything else is told, never counted. */
export function counts({ status, suppressed }: Finding): boolean {
  return suppressed === null && (status === 'introduced' || status === 'worsened');
}

export function conclusionOf(
  findings: readonly Finding[],
  notChecked: readonly NotCheckedEntry[],
  failOn: FailOn,
): Report['conclusion'] {
  const failing = findings.filter(counts).some(({ severity }) => fails(severity, failOn));
  if (failing) return 'fail';
  return notChecked.some(({ blocking }) => blocking) ? 'error' : 'pass';
}

function fails(severity: Finding['severity'], failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  return severity === 'error' || (severity === 'warning' && failOn === 'warning');
}

/** Exit codes of the command line; 2 (usage) is the shell's own. */
export function exitCodeOf({ conclusion }: Report): 0 | 1 | 3 {
  return ({ pass: 0, fail: 1, error: 3 } as const)[conclusion];
}

export function compareNotChecked(a: NotCheckedEntry, b: NotCheckedEntry): number {
  return (
    byText(a.unit ?? '', b.unit ?? '') ||
    byText(a.path ?? '', b.path ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    byText(a.detail, b.detail)
  );
}
