import type { HookKind } from '../../../lifecycle/hook-duration.ts';
import { runningContainers } from '../../../resources/serving.ts';
import { type Container, containerField, type Workload } from '../../../resources/workload.ts';
import { code } from '../../../text/escape.ts';
import { type Diagnostic, defineRule, type Message, type Subject } from '../../rule.ts';

interface Invalid {
  readonly container: string;
}

const invalid = { class: 'contradiction', severity: 'error' } as const;

const text =
  (hook: HookKind) =>
  ({ container }: Invalid): string =>
    `The \`${hook}\` hook of ${code(container)} is a \`tcpSocket\`. The API server still accepts that field, but no kubelet ` +
    'runs it: the hook fails at once.';

const preStop: Message<Invalid> = {
  ...invalid,
  title: ({ container }) =>
    `The preStop hook of ${code(container)} always fails: the kubelet has no \`tcpSocket\` hooks`,
  text: text('preStop'),
  why: ({ container }) =>
    `Whatever the hook was for does not happen: ${code(container)} gets SIGTERM with the deletion of its pod, and an event ` +
    '`FailedPreStopHook`.',
  fix: () =>
    'For a delay write `sleep` (Kubernetes 1.30 and later) with its seconds; to tell the application, `httpGet` or `exec`.',
};

const postStart: Message<Invalid> = {
  ...invalid,
  title: ({ container }) =>
    `${code(container)} never starts: its postStart hook is a \`tcpSocket\`, which the kubelet fails`,
  text: text('postStart'),
  why: ({ container }) =>
    `A postStart hook that fails has its container killed (\`FailedPostStartHook\`): ${code(container)} is started and killed ` +
    'again and again, and a rollout stops at its first pod.',
  fix: () => 'To wait for a port write a `startupProbe` with the same `tcpSocket`, and remove the hook.',
};

export const hookInvalid = defineRule({
  id: 'hook-invalid',
  category: 'shutdown',
  about: 'workloads',
  title: 'A lifecycle hook that no kubelet can run',
  messages: { 'pre-stop': preStop, 'post-start': postStart },
  references: [
    {
      title: 'Kubernetes: hook handler implementations',
      url: 'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-implementations',
    },
  ],
  *check({ resource, workload }: Subject): Iterable<Diagnostic> {
    if (workload === null || !workload.longRunning) return;
    for (const container of runningContainers(workload)) {
      for (const [kind, messageId] of hooks) {
        if (!isSocket(workload, container, kind)) continue;
        yield {
          messageId,
          data: { container: container.name },
          at: { resource, path: [...container.path, 'lifecycle', kind, 'tcpSocket'] },
          container: container.name,
        };
      }
    }
  },
});

const hooks = [
  ['preStop', 'pre-stop'],
  ['postStart', 'post-start'],
] as const;

/** With a second handler the API server refuses the object, and says so. */
function isSocket(workload: Workload, container: Container, kind: HookKind): boolean {
  const from = (handler: string) => containerField(workload, container, 'lifecycle', kind, handler).from;
  return from('tcpSocket') === 'set' && ['exec', 'httpGet', 'sleep'].every((each) => from(each) === 'absent');
}
