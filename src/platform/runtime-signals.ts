import { mainCommand } from '../programs/started.ts';
import { isInjected } from '../resources/serving.ts';
import { type Container, containerField, type Workload } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import type { RuntimeName } from './environment.ts';
import { runsToEnd, runtimeHints } from './runtime-hints.ts';
import { type RuntimeSubject, runtimeSubject, type Signal, signal } from './runtime-subject.ts';
import { envSays, imageSays, isDotnetImage, isGeneral, isNative, programSays } from './runtime-table.ts';

/** Everything that says something about a container's runtime. What a mesh or an operator adds says nothing. */
export function runtimeSignals(
  workload: Workload,
  container: Container,
  windows: boolean,
): readonly Signal[] {
  if (isInjected(container)) return [];
  const subject = runtimeSubject(workload, container, windows);
  const read = [fromImage, fromProgram, fromEnv, fromProbes].flatMap((detect) => detect(subject));
  const jvm = read.filter(({ runtime }) => runtime === 'jvm');
  if (container.role === 'init') return jvm;
  if (!workload.longRunning) return [...jvm, runsToEnd(subject)];
  return [...read, ...runtimeHints(subject)];
}

function fromImage(subject: RuntimeSubject): readonly Signal[] {
  const { image, windows } = subject;
  if (image === null) return [];
  const runtime = windows && isDotnetImage(image) ? 'windows-dotnet' : imageSays(image);
  if (runtime === null || !fitsCommand(subject, runtime)) return [];
  return [signal(subject, runtime, `has the image ${code(image.path)}`, 'image')];
}

/** A `command` of its own says that the image's program may not run at all. */
function fitsCommand({ started }: RuntimeSubject, runtime: RuntimeName): boolean {
  if (started?.field !== 'command') return true;
  const main = mainCommand(started);
  if (main === undefined) return false;
  const says = programSays(main);
  // A script or a program of the image's own can start what the image has: here a JVM.
  return says === runtime || (runtime === 'jvm' && says === null && !isGeneral(main));
}

function fromProgram(subject: RuntimeSubject): readonly Signal[] {
  const { started, windows, ports } = subject;
  if (started === null) return [];
  const { field, commands, words } = started;
  const main = mainCommand(started);
  if (main === undefined) {
    const java = field === 'args' && commands.length === 0 && words.some(isJavaOption);
    return java ? [signal(subject, 'jvm', 'has arguments for a JVM', field)] : [];
  }
  const starts = `starts ${code(main[0] ?? '')}`;
  if (windows && main[0] === 'dotnet') return [signal(subject, 'windows-dotnet', starts, field)];
  const says = programSays(main);
  if (says !== null) return [signal(subject, says, starts, field)];
  if (!isGeneral(main) || ports.length === 0) return [];
  return [signal(subject, 'web', `${starts} and declares a port`, field)];
}

function isJavaOption(word: string): boolean {
  return word === '-jar' || word.startsWith('-XX:') || /^-Xm[sx]\d/.test(word);
}

/** Only the names are looked at. */
function fromEnv(subject: RuntimeSubject): readonly Signal[] {
  return subject.env.flatMap((name, index) => {
    const says = name === null ? null : envSays(name);
    if (name === null || says === null || (says === 'spring' && isAheadOfTime(subject))) return [];
    const dotnet = subject.windows ? 'windows-dotnet' : 'web';
    const runtime = says === 'dotnet' ? dotnet : 'jvm';
    return [signal(subject, runtime, `has ${code(name)}`, 'env', index, 'name')];
  });
}

const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'];

function fromProbes(subject: RuntimeSubject): readonly Signal[] {
  const { workload, container } = subject;
  return probes.flatMap((probe) => {
    const grpc = containerField(workload, container, probe, 'grpc');
    if (grpc.from === 'set') return [signal(subject, 'grpc', `has a gRPC ${probe}`, probe, 'grpc')];
    const { value } = containerField(workload, container, probe, 'httpGet', 'path');
    if (typeof value !== 'string' || !/(?:^|\/)actuator\//.test(value)) return [];
    if (isAheadOfTime(subject) || isDotnet(subject)) return [];
    return [signal(subject, 'jvm', `has ${code('/actuator')} in its ${probe}`, probe, 'httpGet', 'path')];
  });
}

/** A native image of a Spring application has its settings and paths, but no JVM that has to warm up. */
function isAheadOfTime({ image }: RuntimeSubject): boolean {
  return image !== null && isNative(image);
}

/** Steeltoe serves the same paths from .NET. */
function isDotnet({ image, env, started }: RuntimeSubject): boolean {
  return (
    (image !== null && isDotnetImage(image)) ||
    env.some((name) => name !== null && envSays(name) === 'dotnet') ||
    (started !== null && mainCommand(started)?.[0] === 'dotnet')
  );
}
