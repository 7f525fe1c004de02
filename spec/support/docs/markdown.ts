/** A part of a page: what stands under a heading, up to the next heading of any level. */
export interface Section {
  readonly heading: string;
  readonly level: number;
  readonly text: string;
}

export function sectionsOf(markdown: string): Section[] {
  const parts = withoutCode(markdown).split(/^(?=#{1,6} )/m);
  return parts.flatMap((part) => {
    const match = /^(#+) (.*)\n([\s\S]*)$/.exec(part);
    if (match === null) return [];
    const [, marks = '', heading = '', text = ''] = match;
    return [{ heading: heading.trim(), level: marks.length, text: text.trim() }];
  });
}

/** The targets of links and images that are files of ours, each with the anchor it may have. */
export function relativeLinks(markdown: string): { readonly path: string; readonly anchor: string }[] {
  const text = withoutCode(markdown).replace(/`[^`\n]*`/g, '');
  const targets = [
    ...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g),
    ...text.matchAll(/\b(?:src|href|srcset)="([^"\s]+)"/g),
    ...text.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm),
  ].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { path: decodeURI(path), anchor };
    });
}

/** The anchor that the heading gets where Markdown is shown as a page. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^( *)(```+|~~~+)[\s\S]*?^\1\2\s*$/gm, '');
}
