import { noPaint } from '../../src/review/text.ts';
import { runCommand } from '../../src/shell/command.ts';
import { type Content, git, newRepository, temporaryDirectory, write } from '../repository/support.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line as the program does, with a world that only remembers. */
export async function run(cwd: string, ...argv: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand(argv, {
    cwd,
    env: {},
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    colours: false,
    clock: () => 0,
    today: '2026-11-26',
    paint: noPaint,
  });
  return { code, out: out.join(''), err: err.join('') };
}

type Files = Readonly<Record<string, Content>>;

/** A repository with `base` on main and `head` (changes to it) on the branch that is checked out. */
export function repositoryOf(base: Files, head: Files): string {
  const directory = newRepository();
  commit(directory, base);
  git(directory, 'checkout', '--quiet', '-b', 'change');
  commit(directory, head);
  return directory;
}

function commit(directory: string, files: Files): void {
  write(directory, files);
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--allow-empty', '--message', 'change');
}

export function directoryOf(files: Files): string {
  const directory = temporaryDirectory();
  write(directory, files);
  return directory;
}

export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: acme/web:1.0
          ports:
            - name: http
              containerPort: 80
          readinessProbe:
            httpGet: {path: /, port: http}
`;

/** A chart that renders one Deployment, whose readiness probe asks \`values.port\`. */
export const chart: Files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/values.yaml': 'port: http\n',
  'charts/web/templates/deployment.yaml': deployment.replace('port: http}', 'port: {{ .Values.port }}}'),
};
