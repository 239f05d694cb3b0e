import { imageNameOf } from '../../programs/image.ts';
import { programName, shells } from '../../programs/shells.ts';
import { isInjected } from '../../resources/serving.ts';
import { type Container, containerField, type Workload } from '../../resources/workload.ts';

/**
 * Whether a pod only holds a place: `pause` for overprovisioning, or a shell that sleeps so that people can look in. It
 * has no work that could be cut off.
 */
export function isIdle(workload: Workload): boolean {
  const main = workload.containers.filter((container) => container.role === 'main' && !isInjected(container));
  return main.length > 0 && main.every((container) => doesNothing(workload, container));
}

const sleeps =
  /^\s*(exec\s+)?(sleep\s+\S+|tail\s+-f\s+\/dev\/null|while\s+(true|:)\s*;\s*do\s+sleep\s+\S+\s*;\s*done)\s*;?\s*$/;

function doesNothing(workload: Workload, container: Container): boolean {
  const image = containerField(workload, container, 'image').value;
  if (typeof image === 'string' && /^pause(-|$)/.test(imageNameOf(image).name)) return true;
  const words = ['command', 'args'].flatMap((name) => {
    const { value } = containerField(workload, container, name);
    return Array.isArray(value) ? value.map(String) : [];
  });
  const [program = '', ...rest] = words;
  const isShell = shells.has(programName(program)) && /^-[a-z]*c$/.test(rest[0] ?? '');
  return sleeps.test(isShell ? (rest[1] ?? '') : words.join(' ').replace(/^\/\S*\//, ''));
}
