import { hookDuration } from '../../../lifecycle/hook-duration.ts';
import { valueAt } from '../../../manifest/field-path.ts';
import { isPlaceholder } from '../../../manifest/manifest.ts';
import { type ShellLess, shellLess } from '../../../platform/shell-less-images.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { type Container, containerField, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Cluster, type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';
import { hasSleepAction } from '../../support/sleep-action.ts';

interface NeedsShell {
  readonly container: string;
  readonly image: string;
  /** What the image is, and where that is written. */
  readonly kind: string;
  readonly source: string;
  /** `sh`, `sleep`, … */
  readonly program: string;
  /** What the hook would take; null where that is not known. */
  readonly delaySeconds: number | null;
  /** The cluster has the `sleep` action. */
  readonly sleepAction: boolean;
}

const needsShell: Message<NeedsShell> = {
  class: 'hazard',
  severity: 'warning',
  title: ({ container, program, image }) =>
    `The preStop hook of ${code(container)} fails: ${code(image)} has no ${code(program)}`,
  text: ({ container, program, image, kind }) =>
    `The hook of ${code(container)} runs ${code(program)}, and ${code(image)} (${kind}) has neither a shell nor \`sleep\`.`,
  why: ({ container, delaySeconds }) =>
    `The hook ends at once with an event \`FailedPreStopHook\`, and ${code(container)} gets SIGTERM at 0 s` +
    `${delaySeconds === null ? '' : `, not at ${delaySeconds} s`}: new requests still come to it while it stops.`,
  fix: ({ delaySeconds, sleepAction }) => {
    if (!sleepAction)
      return 'Use an image with a shell, or a hook of `httpGet` to a path of the application that waits; Kubernetes 1.30 and later have a `sleep` action that needs no shell.';
    return delaySeconds === null
      ? 'For a delay write `lifecycle.preStop.sleep` with its seconds: it needs no shell.'
      : `Write \`lifecycle.preStop.sleep\` with \`seconds: ${delaySeconds}\` in place of \`exec\`: it needs no shell.`;
  },
};

export const preStopNeedsShell = defineRule({
  id: 'pre-stop-needs-shell',
  category: 'shutdown',
  about: 'workloads',
  title: 'A preStop hook that runs a shell in an image without one',
  messages: { 'needs-shell': needsShell },
  references: [
    {
      title: 'Kubernetes: container hooks',
      url: 'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/',
    },
    {
      title: 'KEP-3960: sleep action for preStop',
      url: 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/3960-pod-lifecycle-sleep-action',
    },
  ],
  cites: ['preStop'],
  *check({ resource, workload, cluster }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    for (const container of runningContainers(workload)) {
      const command = containerField(workload, container, 'lifecycle', 'preStop', 'exec', 'command');
      const program = shellIn(command.value);
      const image = containerField(workload, container, 'image').value;
      const without = typeof image === 'string' ? shellLess(image) : null;
      if (program === null || without === null || bringsItsOwn(workload, container, program)) continue;
      yield {
        messageId: 'needs-shell',
        data: { ...dataOf(workload, container, String(image), without, program, cluster) },
        at: { resource, path: command.path },
        container: container.name,
        evidence: [
          {
            text: `image ${code(String(image))}: ${without.kind}, ${without.source}`,
            at: { resource, path: [...container.path, 'image'] },
          },
        ],
      };
    }
  },
});

/** The shell, or the `sleep`, that a command starts with: a bare name, or a path where systems have it. */
function shellIn(command: unknown): string | null {
  const first = Array.isArray(command) ? command[0] : undefined;
  if (typeof first !== 'string' || isPlaceholder(first)) return null;
  return /^(?:\/(?:usr\/)?(?:local\/)?bin\/)?(sh|bash|ash|dash|sleep)$/.test(first) ? first : null;
}

/** A volume over a folder of programs, or a PATH of the container's own, may bring what the image has not. */
function bringsItsOwn(workload: Workload, container: Container, program: string): boolean {
  const mounts = containerField(workload, container, 'volumeMounts');
  const variables = containerField(workload, container, 'env');
  if (mounts.from === 'unknown' || variables.from === 'unknown') return true;
  const paths = (Array.isArray(mounts.value) ? mounts.value : []).map((each) => valueAt(each, ['mountPath']));
  const names = (Array.isArray(variables.value) ? variables.value : []).map((each) =>
    valueAt(each, ['name']),
  );
  const over = paths.some(
    (path) => isPlaceholder(path) || /^\/(usr\/)?(local\/)?s?bin(\/|$)|^\/(usr\/?)?$/.test(String(path)),
  );
  const hidden = names.some((name) => name === undefined || isPlaceholder(name));
  return over || (!program.startsWith('/') && (hidden || names.includes('PATH')));
}

function dataOf(
  workload: Workload,
  container: Container,
  image: string,
  { kind, source }: ShellLess,
  program: string,
  cluster: Cluster,
): NeedsShell {
  const hook = hookDuration(workload, container, 'preStop');
  const known = typeof hook === 'object' && hook.atLeast > 0 && Number.isSafeInteger(hook.atLeast);
  return {
    container: container.name,
    image,
    kind,
    source,
    program: program.replace(/^.*\//, ''),
    delaySeconds: known ? hook.atLeast : null,
    sleepAction: hasSleepAction(cluster),
  };
}
