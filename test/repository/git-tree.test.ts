import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openRevision } from '../../src/repository/open.ts';
import { defaultLimits } from '../../src/text/limits.ts';
import { type Content, clone, commit, git, newRepository, readText } from './support.ts';

async function treeOf(files: Readonly<Record<string, Content>>, limits = defaultLimits) {
  const repo = newRepository();
  commit(repo, files);
  return openRevision({ repo, limits });
}

test('lists and reads the files of a commit, by code unit', async () => {
  const { tree, close } = await treeOf({ 'b.yaml': 'b', 'a/ü.yaml': 'ü\n', 'Z.yaml': '', 'a-b': 'x' });
  const entries = await tree.list();
  expect(entries.map(({ path, type, size }) => [path, type, size])).toEqual([
    ['Z.yaml', 'file', 0],
    ['a-b', 'file', 1],
    ['a/ü.yaml', 'file', 3],
    ['b.yaml', 'file', 1],
  ]);
  expect(entries[0]?.id).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
  expect(await readText(tree, 'a/ü.yaml')).toBe('ü\n');
  expect(await readText(tree, 'Z.yaml')).toBe('');
  expect(await readText(tree, 'c.yaml')).toBe('absent');
  expect(await readText(tree, '../b.yaml')).toBe('absent');
  await close();
});

test('answers every path asked for, overlapping and repeated', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`f${index}`, 'x'.repeat(index * 97)]),
  );
  const { tree, close } = await treeOf(files);
  const paths = Object.keys(files);
  const reads = await Promise.all([
    tree.read(paths),
    tree.read([...paths].reverse()),
    tree.read(['f1', 'f1', 'no']),
  ]);
  for (const path of paths)
    for (const read of reads.slice(0, 2))
      expect(read.get(path)).toMatchObject({ kind: 'bytes', bytes: { length: files[path]!.length } });
  expect([...reads[2].keys()]).toEqual(['f1', 'no']);
  await close();
});

test('binary content arrives byte for byte', async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
  const { tree, close } = await treeOf({ 'a.bin': bytes });
  const read = (await tree.read(['a.bin'])).get('a.bin');
  expect(read?.kind === 'bytes' && Buffer.compare(read.bytes, bytes)).toBe(0);
  await close();
});

test('refuses links, and what lies under them', async () => {
  const { tree, close } = await treeOf({ 'etc.yaml': { link: '/etc/passwd' }, dir: { link: '..' } });
  expect(await readText(tree, 'etc.yaml')).toBe(
    'unsafe-path: etc.yaml is a symbolic link, which is never followed',
  );
  expect(await readText(tree, 'dir/a/b.yaml')).toBe(
    'unsafe-path: dir is a symbolic link, which is never followed',
  );
  expect((await tree.list()).map((entry) => entry.type)).toEqual(['symlink', 'symlink']);
  await close();
});

test('refuses submodules, LFS pointers and large files, each with its reason', async () => {
  const [library, repo] = [newRepository(), newRepository()];
  commit(library, { 'a.yaml': 'a\n' });
  git(repo, 'submodule', '--quiet', 'add', `file://${library}`, 'lib');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`;
  commit(repo, { 'p.yaml': pointer, 'large.yaml': 'x'.repeat(301) });
  const { tree, close } = await openRevision({ repo, limits: { ...defaultLimits, fileBytes: 300 } });
  const submodule = 'submodule: lib is a submodule: its files are in another repository';
  expect(await readText(tree, 'lib')).toBe(submodule);
  expect(await readText(tree, 'lib/a.yaml')).toBe(submodule);
  expect(await readText(tree, 'p.yaml')).toBe(
    'lfs-pointer: p.yaml is a Git LFS pointer: its content is not in the repository',
  );
  expect(await readText(tree, 'large.yaml')).toBe(
    'too-large: large.yaml has 301 bytes, more than the 300 that one file may have',
  );
  await close();
});

test('a path that git would never check out is not read', async () => {
  const repo = newRepository();
  commit(repo, { a: 'x' });
  const blob = git(repo, 'rev-parse', 'HEAD:a');
  const inner = hashTree(repo, `100644 blob ${blob}\t.GIT\n100644 blob ${blob}\t..\n`);
  const head = git(repo, 'commit-tree', '-m', 'x', inner);
  const { tree, close } = await openRevision({ repo, rev: head, limits: defaultLimits });
  expect(await readText(tree, '..')).toBe('unsafe-path: .. is not a path that may be read');
  expect(await readText(tree, '.GIT')).toBe('unsafe-path: .GIT is not a path that may be read');
  await close();
});

function hashTree(repo: string, entries: string): string {
  const records = entries
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, id, name] = line.match(/^100644 blob (\w+)\t(.*)$/)!;
      return Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(id!, 'hex')]);
    });
  return gitInput(repo, Buffer.concat(records), 'hash-object', '-t', 'tree', '-w', '--literally', '--stdin');
}

function gitInput(repo: string, input: Buffer, ...args: string[]): string {
  return execFileSync('git', args, { cwd: repo, input }).toString().trim();
}

test('in a blobless clone what is missing is refused, and nothing is fetched', async () => {
  const source = newRepository();
  const base = commit(source, { 'a.yaml': 'old\n', 'b.yaml': 'same\n' });
  commit(source, { 'a.yaml': 'new\n' });
  const repo = clone(source, '--filter=blob:none');
  const { tree, close } = await openRevision({ repo, rev: base, limits: defaultLimits });
  expect(await readText(tree, 'b.yaml')).toBe('same\n');
  expect(await readText(tree, 'a.yaml')).toBe(
    'remote-source: the content of a.yaml was left out of this partial clone (git clone --filter)',
  );
  await close();
});
