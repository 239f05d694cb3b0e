import { code } from '../text/escape.ts';
import { commentBody, type DrawPicture } from './comment.ts';
import { groupsOf } from './groups.ts';
import type { Finding } from './report.ts';
import type { LineLink } from './summary.ts';

/** Findings as their comments would say them, one below the other with their places. */
export function inFull(findings: readonly Finding[], link: LineLink, draw: DrawPicture): readonly string[] {
  return groupsOf(findings).flatMap((group) => ['---', placeLine(group[0], link), commentBody(group, draw)]);
}

function placeLine({ location }: Finding, link: LineLink): string {
  if (location === null) return 'Rendered, not mapped to a line:';
  const text = code(`${location.path}:${location.startLine}`);
  const address = link(location.path, location.startLine, location.revision);
  return address === null ? text : `[${text}](${address})`;
}
