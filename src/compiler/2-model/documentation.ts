import { ts } from '../typescript.js';

/** What the parameter of a method is called in the sources, and in what is generated from it. */
export interface ParameterNames {
  /** Undefined: the method takes it apart in place, or takes none. */
  readonly declared: string | undefined;
  readonly generated: 'params' | 'args';
  /** The properties of what it takes. */
  readonly properties: readonly string[];
}

/** The documentation comment of a symbol with its tags, without markers. Empty where there is none. */
export function documentationOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol | undefined,
  names?: ParameterNames,
): string {
  if (symbol === undefined) return '';
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const tags = symbol.getJsDocTags(checker).map(({ name, text }) => {
    const content = ts.displayPartsToString(text).trim();
    return `@${name} ${name === 'param' && names ? renamed(content, names) : content}`.trimEnd();
  });
  return [text, tags.join('\n')].filter((part) => part !== '').join('\n\n');
}

/** `@param id` of a parameter that is taken apart is `@param params.id` of the generated one. */
function renamed(content: string, { declared, generated, properties }: ParameterNames): string {
  return content.replace(/^[\w$.]+/, (name) => {
    const [first = '', ...rest] = name.split('.');
    if (first === declared || (declared === undefined && rest.length > 0))
      return [generated, ...rest].join('.');
    if (properties.includes(first)) return `${generated}.${name}`;
    return declared === undefined && rest.length === 0 ? generated : name;
  });
}
