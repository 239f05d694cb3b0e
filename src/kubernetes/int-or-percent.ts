/**
 * Pods that an int-or-percent value means at `total` pods; undefined for a value that is neither.
 * Percentages of a budget round up, of a rolling update's maxUnavailable down and its maxSurge up
 * (intstr.GetScaledValueFromIntOrPercent).
 */
export function scaleIntOrPercent(
  value: unknown,
  total: number,
  rounding: 'up' | 'down',
): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  if (percent === undefined) return undefined;
  const share = (Number(percent) * total) / 100;
  return rounding === 'up' ? Math.ceil(share) : Math.floor(share);
}
