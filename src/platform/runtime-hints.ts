import { serverWord, workerWord } from '../resources/serving.ts';
import { containerField } from '../resources/workload.ts';
import { code } from '../text/escape.ts';
import { nameWords } from '../text/name-words.ts';
import { acceleratorOf } from './accelerators.ts';
import { type RuntimeSubject, type Signal, signal } from './runtime-subject.ts';

/** What several things say together, or only a name. */
export function runtimeHints(subject: RuntimeSubject): readonly Signal[] {
  return [fromAccelerator, fromPorts, fromNames].flatMap((detect) => detect(subject));
}

/** Words of what answers from a model; without one a GPU may as well encode video. */
const modelWords: ReadonlySet<string> = new Set(
  'embedding embeddings inference llm model predictor reranker serving triton vllm'.split(' '),
);

function fromAccelerator(subject: RuntimeSubject): readonly Signal[] {
  const { workload, container, image } = subject;
  const accelerator = acceleratorOf(workload, container);
  const names = [...namesOf(subject), ...(image?.words ?? [])];
  const word = names.find((each) => modelWords.has(each));
  if (accelerator === null || word === undefined) return [];
  return [
    {
      runtime: 'ml-inference',
      evidence: { ...accelerator, text: `${accelerator.text}, named ${code(word)}` },
    },
  ];
}

function fromPorts(subject: RuntimeSubject): readonly Signal[] {
  const { workload, container, ports } = subject;
  const grpc = ports.find((name) => nameWords(name).includes('grpc'));
  if (grpc !== undefined) return [signal(subject, 'grpc', `declares port ${code(grpc)}`, 'ports')];
  const http = ports.find((name) => nameWords(name).some((word) => /^(?:https?|web)$/.test(word)));
  const probed = ['readinessProbe', 'livenessProbe', 'startupProbe'].find(
    (probe) => containerField(workload, container, probe, 'httpGet').from === 'set',
  );
  if (http === undefined || probed === undefined) return [];
  return [signal(subject, 'web', `declares port ${code(http)} and has an HTTP ${probed}`, 'ports')];
}

/** A name alone is believed only of what declares no port to be asked at. */
function fromNames(subject: RuntimeSubject): readonly Signal[] {
  const names = namesOf(subject);
  const worker = names.find((word) => workerWord.test(word));
  if (worker === undefined || subject.ports.length > 0 || names.some((word) => serverWord.test(word)))
    return [];
  return [signal(subject, 'worker', `or its workload is named ${code(worker)} and declares no port`, 'name')];
}

/** Takes no requests, whatever it is. */
export function runsToEnd({ workload: { resource } }: RuntimeSubject): Signal {
  const text = `a ${code(resource.ref.kind)} runs to an end`;
  return { runtime: 'worker', evidence: { text, at: { resource, path: ['kind'] } } };
}

function namesOf({ workload, container }: RuntimeSubject): readonly string[] {
  return [...nameWords(workload.resource.ref.name), ...nameWords(container.name)];
}
