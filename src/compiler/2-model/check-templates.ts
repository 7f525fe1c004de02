import type { Contract } from '../../contract/contract.js';
import type { AppProgram } from '../1-read/program.js';
import { templateBuiltIns } from '../1-read/templates.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';
import type { NamedTemplate } from './name-templates.js';
import { complaintOf } from './template-complaints.js';
import { reportFindings, type TemplateFinding } from './template-findings.js';
import { type Actions, actionsOf, checkHelpers } from './template-helpers.js';
import { TemplateKeys } from './template-key.js';
import { isSupport, type TemplateDeclarations, TemplateProgram } from './template-program.js';
import { type VirtualTemplate, virtualTemplate } from './virtual-template.js';

export interface TemplateChecks {
  readonly app: AppProgram;
  readonly contract: Contract;
  readonly templates: readonly NamedTemplate[];
  readonly declarations: TemplateDeclarations;
}

/** What was found in one template, good for as long as neither it nor its key changes. */
interface Checked {
  readonly root: NamedTemplate['root'];
  readonly key: string;
  readonly template: VirtualTemplate;
  readonly findings: readonly PossibleFinding[];
}

/** A finding; with `mixin`, a mistake only if every call of that mixin makes it. */
interface PossibleFinding extends TemplateFinding {
  readonly mixin?: string;
}

/**
 * Checks the code of templates against the generated declarations, again and again: after an edit, only
 * the templates that it touches are looked at.
 */
export class TemplateChecker {
  private program: TemplateProgram | undefined;
  private checked = new Map<string, Checked>();

  check({ app, contract, templates, declarations }: TemplateChecks, diagnostics: Diagnostics): void {
    const keys = new TemplateKeys(contract, declarations);
    const before = this.checked;
    this.checked = new Map();
    const changed: { file: string; root: NamedTemplate['root']; key: string; template: VirtualTemplate }[] =
      [];
    for (const named of templates) {
      const { file, root } = named;
      const key = keys.of(named);
      const known = before.get(file);
      // An edit beside the code moves the places of what was found, so that only a clean result is kept.
      if (known?.root === root && known.key === key && known.findings.length === 0)
        this.checked.set(file, known);
      else changed.push({ file, root, key, template: virtualTemplate(named, contract) });
    }
    if (changed.length > 0) {
      const parsed = (path: string) => app.program.getSourceFile(path);
      this.program ??= new TemplateProgram(parsed);
      this.program.shareFrom(parsed);
      const all = [...[...this.checked].map(([file, { template }]) => ({ file, template })), ...changed];
      const texts = new Map(all.map(({ file, template }) => [file, template.text.text] as const));
      const program = this.program.update(declarations, texts);
      const actions = actionsOf(contract);
      for (const { file, template, ...facts } of changed) {
        const findings = findingsIn(program, this.program.sourceFile(file), template, { contract, actions });
        this.checked.set(file, { template, findings, ...facts });
      }
    }
    reportFindings(certain([...this.checked.values()]), diagnostics);
  }
}

function findingsIn(
  program: ts.Program,
  file: ts.SourceFile,
  { text, forms, findings: early }: VirtualTemplate,
  app: { readonly contract: Contract; readonly actions: Actions },
): PossibleFinding[] {
  const checker = program.getTypeChecker();
  // First: what it works out of types is known to the rest.
  const complaints = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  const found: PossibleFinding[] = [...early];
  const told: [start: number, end: number][] = [];
  const isHelper = (name: ts.Identifier) => isSupport(checker.getSymbolAtLocation(name));
  for (const { node, ...problem } of [
    ...checkHelpers({ ...app, file, checker, forms, isHelper }),
    ...forbiddenNames(checker, file),
  ]) {
    const place = text.origin(node.getStart());
    told.push([node.getStart(), node.getEnd()]);
    if (place) found.push({ ...problem, source: place.source, offset: place.offset });
  }
  for (const one of complaints) {
    const { start } = one;
    if (
      start === undefined ||
      one.file === undefined ||
      told.some(([from, to]) => from <= start && start < to)
    )
      continue;
    const complaint = complaintOf(checker, one as ts.DiagnosticWithLocation);
    const place = text.origin(start);
    if (complaint === undefined || place === undefined) continue;
    const { isOfOneCall, message, cure } = complaint;
    const { source, offset, expansion } = place;
    const finding = { code: 'template_type' as const, message, cure, source, offset };
    found.push(isOfOneCall && expansion ? { ...finding, mixin: expansion.mixin } : finding);
  }
  return found;
}

/** Names that TypeScript's libraries have and a running template does not. */
function forbiddenNames(checker: ts.TypeChecker, file: ts.SourceFile) {
  const found: (Pick<TemplateFinding, 'code' | 'message' | 'cure'> & { node: ts.Node })[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isKnown(checker, node)) {
      found.push({
        node,
        code: 'template_type',
        message: `A template cannot use "${node.text}"`,
        cure: 'Do it in the client controller and hand the result over as a local.',
      });
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, (statement) => {
    if (ts.isFunctionDeclaration(statement) && statement.body) visit(statement.body);
  });
  return found;
}

function isKnown(checker: ts.TypeChecker, name: ts.Identifier): boolean {
  if (!globalNames.has(name.text)) return true;
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) && parent.name === name) return true;
  if (ts.isPropertyAssignment(parent) && parent.name === name) return true;
  const [declaration] = checker.getSymbolAtLocation(name)?.declarations ?? [];
  return declaration !== undefined && !declaration.getSourceFile().fileName.includes('/lib.');
}

/** What JavaScript has beside: a name of its own in the program, but undefined in a template. */
const globalNames: ReadonlySet<string> = new Set(
  [
    ...['eval', 'Function', 'globalThis', 'Promise', 'Proxy', 'Reflect', 'WeakMap', 'WeakRef', 'WeakSet'],
    ...[
      'ArrayBuffer',
      'Atomics',
      'DataView',
      'FinalizationRegistry',
      'SharedArrayBuffer',
      'escape',
      'unescape',
    ],
    ...[
      'Float32Array',
      'Float64Array',
      'Int8Array',
      'Int16Array',
      'Int32Array',
      'BigInt64Array',
      'BigUint64Array',
    ],
    ...['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'AggregateError', 'EvalError'],
    ...['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'],
  ].filter((name) => !templateBuiltIns.includes(name)),
);

/** What every call of a mixin makes, in whatever template it stands, is a mistake of the mixin. */
function certain(checked: readonly Checked[]): TemplateFinding[] {
  const calls = new Map<string, number>();
  for (const { template } of checked) {
    for (const [mixin, count] of template.expansions) calls.set(mixin, (calls.get(mixin) ?? 0) + count);
  }
  const all = checked.flatMap(({ findings }) => findings);
  const times = new Map<string, number>();
  const keyOf = ({ source, offset, mixin }: PossibleFinding) => `${source.file}:${offset}:${mixin}`;
  for (const finding of all) times.set(keyOf(finding), (times.get(keyOf(finding)) ?? 0) + 1);
  return all.filter(
    (finding) => finding.mixin === undefined || times.get(keyOf(finding)) === calls.get(finding.mixin),
  );
}
