import purify from 'dompurify';
import { fromMarkdown } from 'mdast-util-from-markdown';
import mermaid from 'mermaid';

// Without a page DOMPurify is only half there, and Mermaid asks it for nothing but titles.
Object.assign(purify, { addHook: () => {}, sanitize: (text: string) => text });

/** Mermaid loads what it knows of diagrams before it parses the first one. */
const loaded = mermaid.parse('gantt');

/** What Mermaid read. */
export interface ParsedGantt {
  readonly title: string;
  readonly sections: readonly string[];
  readonly tasks: readonly ParsedTask[];
}

export interface ParsedTask {
  readonly section: string;
  readonly label: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly tags: readonly string[];
}

/** The parts of Mermaid's Gantt database that are read here; Mermaid publishes no types of it. */
interface GanttDatabase {
  getDiagramTitle(): string;
  getSections(): string[];
  getTasks(): ({ section: string; task: string; startTime: Date; endTime: Date } & Record<string, unknown>)[];
}

/** Reads a Markdown document that is one Mermaid block, and nothing else. */
export async function parseGantt(markdown: string): Promise<ParsedGantt> {
  const { children } = fromMarkdown(markdown);
  const [block] = children;
  if (children.length !== 1 || block?.type !== 'code' || block.lang !== 'mermaid')
    throw new Error(`not one block of Mermaid: ${markdown}`);
  await loaded;
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(block.value);
  if (diagram.type !== 'gantt') throw new Error(`a ${diagram.type}: ${markdown}`);
  const database = diagram.db as unknown as GanttDatabase;
  return {
    title: database.getDiagramTitle(),
    sections: database.getSections(),
    tasks: database.getTasks().map((task) => ({
      section: task.section,
      label: task.task,
      fromSeconds: task.startTime.getTime() / 1000,
      toSeconds: task.endTime.getTime() / 1000,
      tags: ['active', 'done', 'crit', 'milestone', 'vert'].filter((tag) => task[tag] === true),
    })),
  };
}
