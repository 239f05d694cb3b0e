import { expect, test } from 'vitest';
import { inert } from '../../src/shell/action-inert.ts';
import { posted, pullRequest, pullRequestPayload, type Run, run } from './action-support.ts';

/** Every text of others in these changes has this in it, with what could break out of where it is put. */
const evil = 'EVIL';
const hostile = [
  `${evil}::error file=x::pwned`,
  `${evil} ##[error]pwned`,
  `${evil}\n::add-mask::pwned`,
  `${evil} @octo/team`,
  `${evil} <img src=https://evil.test/x.png>`,
  `${evil}\` **bold** \`<!-- -->`,
  `${evil}](https://evil.test) [x`,
  `${evil} | table </details> #1`,
  `${evil}\u202e\u2028::warning::pwned`,
];

const quoted = (text: string) => JSON.stringify(text);

/** Workloads, a Service, a budget and an autoscaler, with hostile text wherever a name may stand. */
function manifest(text: string, index: number, broken: boolean): string {
  const name = quoted(`web-${index}-${text}`);
  const app = quoted(`app ${text}`);
  const probe = `httpGet: { path: ${quoted(`/${text}`)}, port: ${broken ? quoted(`port ${text}`) : '8080'} }`;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${quoted(text)} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec:
      terminationGracePeriodSeconds: ${broken ? 30 : 90}
      ${broken ? `${quoted(`field ${text}`)}: 1` : ''}
      containers:
        - name: ${quoted(`c ${text}`)}
          image: ${quoted(text)}
          ports: [{ name: ${quoted(`p${text}`)}, containerPort: 8080 }]
          ${broken ? '' : `readinessProbe: { ${probe}, failureThreshold: 9 }`}
          livenessProbe: { ${probe}, failureThreshold: 1 }
          lifecycle: { preStop: { exec: { command: [sleep, '60'] } } }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${quoted(text)} }
spec:
  selector: { app: ${broken && index % 2 === 0 ? quoted(`none ${text}`) : app} }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name}, namespace: ${quoted(text)} }
spec:
  ${broken ? 'minAvailable: 2' : 'maxUnavailable: 1'}
  selector: { matchLabels: { app: ${broken && index % 2 === 1 ? quoted(`none ${text}`) : app} } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: ${quoted(text)} }
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
`;
}

function manifests(broken: boolean): Record<string, string> {
  const paths = hostile.map((text, index) => `deploy/${index}/${text.replaceAll('/', '+')}.yaml`);
  return Object.fromEntries(
    hostile.map((text, index) => [paths[index]!, manifest(text, index, broken)] as const),
  );
}

/** Text outside of code spans, without our own tags and links. */
function outsideCode(markdown: string): string {
  return markdown
    .replace(/`[^`\n]*`/g, '``')
    .replace(/\]\(http:\/\/127[^)\s]*\)/g, ']')
    .replace(/\]\(https:\/\/(?!evil)[-\w.]+\.[a-z]+\/[^)\s]*\)/g, ']')
    .replace(/<\/?(details|summary)>/g, '');
}

function expectNoCommands({ log }: Run): void {
  for (const line of log.split(/[\n\r\u0085\u2028\u2029]/)) {
    expect(line).not.toMatch(/^\s*::/);
    expect(line).not.toContain('##[');
  }
}

function expectInert(markdown: string): void {
  expect(outsideCode(markdown)).not.toMatch(/[<>]|@\w|\]\(|:\/\/|(?<!&)#\d|bold\*\*|^\s*::/m);
  expect(markdown).not.toMatch(/[\u202e\u2028]/);
}

test('names of files and objects', async () => {
  const pull = await pullRequest({ base: manifests(false), head: manifests(true) });
  const done = await run(pull);
  expect(Number(done.outputs.introduced)).toBeGreaterThan(20);
  expectNoCommands(done);
  const { comments, summaries } = posted(pull);
  expect(comments.length).toBeGreaterThan(20);
  for (const text of [...comments, ...summaries, done.summary]) expectInert(text);
});

test('as annotations, where nothing can be posted', async () => {
  const pull = await pullRequest({ base: manifests(false), head: manifests(true) }, { token: 'read' });
  const done = await run(pull, { payload: pullRequestPayload(pull, { fork: true }) });
  expect(done.annotations.length).toBeGreaterThan(9);
  expectNoCommands(done);
  expectInert(done.summary);
});

test('a chart, its values and its errors', async () => {
  const chart = (index: number, text: string) => ({
    [`charts/${index}/Chart.yaml`]: `apiVersion: v2\nname: ${quoted(`chart ${text}`)}\nversion: 0.1.0\n`,
    [`charts/${index}/values-${text.replaceAll('/', '+')}.yaml`]: `text: ${quoted(text)}\n`,
    [`charts/${index}/templates/${text.replaceAll('/', '+')}.yaml`]: `{{ if .Values.text }}{{ fail .Values.text }}{{ end }}kind: ${quoted(text)}\napiVersion: ${quoted(text)}\nmetadata: { name: ${quoted(text)} }\n`,
  });
  const head = Object.assign({}, ...hostile.map((text, index) => chart(index, text)));
  const pull = await pullRequest({ base: { 'README.md': 'x\n' }, head });
  const done = await run(pull);
  expect(done.summary).toContain(evil);
  expectNoCommands(done);
  for (const text of [...posted(pull).comments, ...posted(pull).summaries, done.summary]) expectInert(text);
});

test('a configuration and its mistakes', async () => {
  const config = `${hostile.map((text) => `${quoted(text)}: 1\n`).join('')}rules:\n  ${quoted(hostile[0]!)}: off\n`;
  const pull = await pullRequest({
    base: { 'README.md': 'x\n' },
    head: { '.github/pod-lifecycle-review.yml': config, ...manifests(true) },
  });
  const done = await run(pull);
  expect(done.exitCode).toBe(2);
  expect(done.annotations.length).toBeGreaterThan(hostile.length);
  expectNoCommands(done);
  for (const text of [...posted(pull).summaries, done.summary]) expectInert(text);
});

test('inputs of whoever starts a workflow, and what GitHub answers', async () => {
  const pull = await pullRequest({ base: { 'README.md': 'x\n' }, head: { 'a.md': 'x\n' } });
  for (const text of hostile) {
    const done = await run(pull, { event: 'workflow_dispatch', payload: { inputs: { head: text } } });
    expect(done.exitCode).toBe(3);
    expectNoCommands(done);
    expectInert(done.summary);
  }
});

test('a rule that forgets a code span', () => {
  expect(inert('`a` of <b> @octo/team, [x](https://evil.test) #1')).toBe(
    '`a` of &#60;b&#62; @\u200bocto/team, &#91;x&#93;(https:\u200b//evil.test) &#35;1',
  );
  for (const text of ['```<b>`', '``` <b>`', '`<b>', '``<b>`', '`a`<b>`', '`a\n<b>`']) {
    expect(inert(text)).not.toContain('<b>');
  }
  expect(inert('Write `<b>` @x')).toBe('Write `<b>` @\u200bx');
});

test('an event that is not one', async () => {
  const pull = await pullRequest({ base: { 'README.md': 'x\n' }, head: { 'a.md': 'x\n' } });
  for (const text of hostile) {
    const done = await run(pull, { env: { GITHUB_EVENT_NAME: text, GITHUB_REPOSITORY: text } });
    expect(done.exitCode).toBe(2);
    expectNoCommands(done);
    expectInert(done.summary);
  }
});
