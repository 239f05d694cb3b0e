import type { CheckObjects, CheckReply } from '../kubernetes/api.ts';
import { count } from '../text/escape.ts';
import type { NotChecked } from '../text/not-checked.ts';

const unanswered: CheckReply = { supported: false, defaulted: null, decoding: [], errors: [], warnings: [] };

const reasons = {
  'timed-out': 'timed-out',
  'out-of-memory': 'out-of-memory',
  crashed: 'unsupported',
} as const satisfies Record<string, NotChecked['reason']>;

/** Goes on without Kubernetes' answers when its engine gives none, and notes what was not checked. */
export function tolerantCheck(check: CheckObjects, tell: (trouble: NotChecked) => void): CheckObjects {
  return async (questions) => {
    try {
      return await check(questions);
    } catch (failure) {
      const reason = reasonOf(failure);
      if (reason === null || !(failure instanceof Error)) throw failure;
      const detail = `Kubernetes' own check of ${count(questions.length, 'object')} ${failure.message}.`;
      tell({ unit: null, path: null, reason, detail, line: null });
      return questions.map(() => unanswered);
    }
  };
}

function reasonOf(failure: unknown): NotChecked['reason'] | null {
  const reason = failure instanceof Error && 'reason' in failure ? failure.reason : null;
  return typeof reason === 'string' && Object.hasOwn(reasons, reason)
    ? reasons[reason as keyof typeof reasons]
    : null;
}
