/** Defects written into a chart's own templates, all at once. Lines keep their number but where one is added. */
const defects = [
  // A readiness probe that is none any more.
  (text) => text.replaceAll(/^(\s+)readinessProbe:/gm, '$1readinesProbe:'),
  // A Service that selects nothing.
  (text) =>
    /^kind: Service$/m.test(text) && !/^kind: (?!Service$)/m.test(text)
      ? text.replace(/^( +)selector:[ ]*\n/m, '$1selector:\n$1  planted: "yes"\n')
      : text,
  // SIGKILL at once.
  (text) =>
    /^kind: (Deployment|StatefulSet)$/m.test(text) && !text.includes('terminationGracePeriodSeconds')
      ? text.replace(/^( {6,})containers:[ ]*\n/m, '$1terminationGracePeriodSeconds: 0\n$1containers:\n')
      : text,
  // A liveness probe that fires at the first failure.
  (text) => text.replaceAll(/^(\s+)failureThreshold: \d+$/gm, '$1failureThreshold: 1'),
];

/** The chart with every defect that its templates have a place for, and without its budgets. */
export function planted(files) {
  const entries = Object.entries(files).map(([path, bytes]) => {
    if (!/^chart\/templates\/.*\.(ya?ml|tpl)$/.test(path)) return [path, bytes];
    let text = new TextDecoder().decode(bytes);
    if (/^kind: PodDisruptionBudget$/m.test(text) && !/^kind: (?!PodDisruptionBudget$)/m.test(text))
      return [path, ''];
    for (const plant of defects) text = plant(text);
    return [path, new TextEncoder().encode(text)];
  });
  return Object.fromEntries(entries);
}
