import { getLineInfo, parse, type Program } from 'acorn';
import { full, simple } from 'acorn-walk';

/** The imports and exports of a JavaScript file. */
export interface ParsedModule {
  readonly imports: readonly ModuleImport[];
  readonly exports: ModuleExports;
}

/** One import whose target is a constant. */
export interface ModuleImport {
  readonly specifier: string;
  /** A file cannot be loaded without its `static` imports. Code may catch the failure of the others. */
  readonly kind: 'static' | 'dynamic' | 'require';
  /** What a static import takes from the target by name; `default` is a name. */
  readonly names: readonly string[];
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

export interface ModuleExports {
  /** Of an ES module; `default` is one of them. */
  readonly names: ReadonlySet<string>;
  /** Specifiers of its `export * from`. */
  readonly stars: readonly string[];
  /** Whether it has an import or an export as only an ES module has; other files can be CommonJS. */
  readonly isModule: boolean;
  /** A CommonJS file, whose exports only its execution shows. */
  readonly areHidden: boolean;
}

/** Where a file is not JavaScript. */
export interface SyntaxFault {
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/** Parses an ES module or a CommonJS file. */
export function parseModule(text: string): ParsedModule | { readonly fault: SyntaxFault } {
  const asModule = parseAs(text, 'module');
  if ('type' in asModule) return describe(text, asModule);
  const asCommonJs = parseAs(text, 'commonjs');
  // Most faults are faults of both kinds of file; the message of the module, which a trainer usually is, is the better one.
  return 'type' in asCommonJs ? describe(text, asCommonJs) : asModule;
}

function parseAs(text: string, sourceType: 'module' | 'commonjs'): Program | { readonly fault: SyntaxFault } {
  try {
    return parse(text, { ecmaVersion: 'latest', sourceType });
  } catch (error) {
    // Code that is nested too deep for the parser's stack is no SyntaxError and has no position.
    const { message, pos = 0 } = error as Error & { readonly pos?: number };
    return { fault: { message: message.replace(/ \(\d+:\d+\)$/, ''), ...placeOf(text, pos) } };
  }
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const { line, column } = getLineInfo(text, offset);
  return { line, column: column + 1 };
}

/** A node with a target: its `source`, or the argument of a call. */
type Target = { readonly type: string; readonly value?: unknown; readonly start: number } | null | undefined;

function describe(text: string, program: Program): ParsedModule {
  const imports: ModuleImport[] = [];
  const names = new Set<string>();
  const stars: string[] = [];
  let mentionsExports = false;
  const add = (kind: ModuleImport['kind'], target: Target, taken: readonly string[] = []): void => {
    if (target?.type !== 'Literal' || typeof target.value !== 'string') return;
    imports.push({ specifier: target.value, kind, names: taken, ...placeOf(text, target.start) });
  };
  simple(program, {
    ImportDeclaration: ({ source, specifiers }) => add('static', source, specifiers.flatMap(takenName)),
    ImportExpression: ({ source }) => add('dynamic', source),
    CallExpression: ({ callee, arguments: [first] }) => {
      // `createRequire` is by convention kept in a constant of this name, too.
      if (callee.type === 'Identifier' && callee.name === 'require') add('require', first);
    },
    ExportAllDeclaration: ({ source, exported }) => {
      add('static', source);
      if (exported) names.add(nameOf(exported));
      else stars.push(String(source.value));
    },
    ExportNamedDeclaration: ({ source, specifiers, declaration }) => {
      const taken = source ? specifiers.map(({ local }) => nameOf(local)) : [];
      add('static', source, taken);
      for (const { exported } of specifiers) names.add(nameOf(exported));
      for (const name of declaredNames(declaration)) names.add(name);
    },
    ExportDefaultDeclaration: () => void names.add('default'),
    Identifier: ({ name }) => {
      mentionsExports ||= name === 'exports' || name === 'module';
    },
  });
  const isModule = program.body.some(({ type }) => /^(Import|Export)/.test(type));
  return { imports, exports: { names, stars, isModule, areHidden: !isModule && mentionsExports } };
}

type Specifier = Extract<Program['body'][number], { readonly type: 'ImportDeclaration' }>['specifiers'][number];

function takenName(specifier: Specifier): string[] {
  switch (specifier.type) {
    case 'ImportSpecifier':
      return [nameOf(specifier.imported)];
    case 'ImportDefaultSpecifier':
      return ['default'];
    case 'ImportNamespaceSpecifier':
      return [];
  }
}

const nameOf = (node: { readonly name: string } | { readonly value?: unknown }): string =>
  'name' in node ? node.name : String(node.value);

type Declaration = Extract<Program['body'][number], { readonly type: 'ExportNamedDeclaration' }>['declaration'];

/** The names that `export function f`, `export class C` and `export const a = 1, { b } = c` declare. */
function declaredNames(declaration: Declaration): readonly string[] {
  if (!declaration) return [];
  if (declaration.type !== 'VariableDeclaration') return [declaration.id.name];
  const names: string[] = [];
  for (const { id } of declaration.declarations) {
    // Of a pattern, such as `export const { train } = make()`, every variable.
    full(id, (node) => {
      if (node.type === 'Identifier') names.push(node.name);
    });
  }
  return names;
}
