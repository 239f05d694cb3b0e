// The real Helm and real charts, for comparisons: nothing of them is committed.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Folder of owner/repository checkouts; what is missing is cloned. */
const checkouts = process.env.PLR_CHARTS ?? join(root, '../charts');

/** The same version as the engine's, which go.mod pins. */
export function installHelm() {
  const [, version] = /helm\.sh\/helm\/v4 (v\S+)/.exec(
    readFileSync(join(root, 'src/engines/helm/go.mod'), 'utf8'),
  );
  const folder = join(root, 'build/conformance', version);
  const program = join(folder, process.platform === 'win32' ? 'helm.exe' : 'helm');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const flags = `-s -w -X helm.sh/helm/v4/internal/version.version=${version}`;
  const env = { ...process.env, GOBIN: folder };
  execFileSync('go', ['install', '-ldflags', flags, `helm.sh/helm/v4/cmd/helm@${version}`], {
    env,
    stdio: 'inherit',
  });
  return program;
}

/** A copy of the chart under `work`, with its dependencies under charts/. */
export function stage(from, dependencies, work) {
  const dir = join(work, basename(from));
  rmSync(dir, { recursive: true, force: true });
  cpSync(checkout(from), dir, { recursive: true, dereference: true });
  for (const dependency of dependencies) {
    cpSync(checkout(dependency), join(dir, 'charts', basename(dependency)), {
      recursive: true,
      dereference: true,
    });
  }
  return dir;
}

function checkout(from) {
  const [owner, repository, ...path] = from.split('/');
  const clone = join(checkouts, owner, repository);
  if (!existsSync(clone)) {
    execFileSync('git', ['clone', '--depth', '1', `https://github.com/${owner}/${repository}`, clone], {
      stdio: 'inherit',
    });
  }
  return join(clone, ...path);
}
