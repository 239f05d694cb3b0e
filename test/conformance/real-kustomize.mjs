// The real Kustomize, for comparisons: nothing of it is committed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const version = 'v5.8.2';

/** The release that is made of the engine's libraries, which go.mod pins. */
export function installKustomize() {
  const folder = join(root, 'build/conformance', version);
  const program = join(folder, process.platform === 'win32' ? 'kustomize.exe' : 'kustomize');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('go', ['install', `sigs.k8s.io/kustomize/kustomize/v5@${version}`], {
      env: { ...process.env, GOBIN: folder },
      stdio: 'inherit',
    });
  }
  const ours = /sigs\.k8s\.io\/kustomize\/api (v\S+)/.exec(
    readFileSync(join(root, 'src/engines/kustomize/go.mod'), 'utf8'),
  )[1];
  const theirs = /sigs\.k8s\.io\/kustomize\/api\s+(v\S+)/.exec(
    execFileSync('go', ['version', '-m', program], { encoding: 'utf8' }),
  )[1];
  if (ours !== theirs)
    throw new Error(`Kustomize ${version} is made of api ${theirs}, the engine of ${ours}`);
  return program;
}
