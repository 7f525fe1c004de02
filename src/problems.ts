/**
 * What a developer is told: mistakes in an app that are found at start or at compile time. They are
 * collected and reported together, each with the thing, the place and the cure. The errors that travel
 * to callers are in `errors.ts`.
 */
export const problemTable = {
  // Wiring, found when the app starts
  missing_binding: 'A class asks for a dependency that nothing provides',
  unknown_dependency: 'A constructor parameter has no type that exists at run time',
  captive_current_user: 'A singleton would keep the user of whoever came first',
  duplicate_controller: 'Two controllers have the same name',
  duplicate_action: 'Two actions of a controller have the same name',
  bad_controller_name: 'A controller class is not named …Controller',
  ambiguous_binding: 'A class asks for a dependency that several bindings provide',
  reserved_binding: 'A module binds what Rocket binds itself',
  circular_dependency: 'Classes depend on each other in a circle',
  not_compiled: 'The app has not been compiled',
  stale_output: 'The generated files do not fit the sources',
  broken_module: 'A file of the app cannot be loaded',
  bad_option: 'An option has a value that does not work',

  // Compiling, found by `rocket compile`
  missing_app: 'There is no app folder to compile',
  source_syntax: 'A source file is not TypeScript',
  type_cannot_travel: 'A type has values that cannot cross the wire',
  unresolved_type: 'A type cannot be found out',
  bad_constraint: 'A constraint cannot be checked where it stands',
  bad_decorator: 'A decorator stands where it means nothing',
  bad_parameter: 'An action takes its arguments as one parameter',
  bad_client_contract: 'The client contract of a controller is not an interface of methods',
  misplaced_controller: 'A controller is where the server does not load it',
  bad_name: 'A name cannot be used for a call',
  reserved_name: 'A name is taken by the framework or by JavaScript itself',
  template_syntax: 'A template is not Pug',
  template_filter: 'A template uses a filter',
  bad_locals: 'The locals of a template are not declared in a way that can be read',
  template_type: 'The code of a template does not fit its types',
  template_mixin: 'A template calls a mixin that is not there',
  template_call: 'A link or a form of a template names no action of the app',
  template_field: 'A field of a form is none of its action',
  template_unescaped: 'A template puts text on the page unescaped',
  duplicate_template: 'Two templates have the same name',
  bad_template_name: 'A template has a name that cannot be written in code',

  // Checking, found by `rocket check`
  type_error: 'The code of the app does not fit its types',
  unused_client_action: 'A client action is never transmitted',
  bad_contract: 'A file is not the contract of an app',

  // Building and starting, found by `rocket build` and `rocket start`
  missing_config: 'The project folder has no rocket.config.ts',
  bad_config: 'rocket.config.ts does not export the options of the app',
  not_built: 'The app has not been built',
  missing_client_entry: 'The client code has no entry',
  client_code: 'The client code cannot be bundled',
  server_code_in_client: 'Client code imports what only the server has',
  output_conflict: 'Two files would be built to the same place',
  foreign_folder: 'The folder to write to holds something else',
  port_taken: 'Another program listens on the port',
  port_forbidden: 'The port is one that only the administrator may open',
  bad_host: 'The machine does not have the address to listen on',
  engine_locked: 'Another process uses the folder of the engine',
  engine_unreachable: 'The server of the engine cannot be reached',
  engine_mismatch: 'The nodes of an app do not fit together',
  damaged_journal: 'The journal of the engine is not what was written',
} as const satisfies Record<string, string>;

export type ProblemCode = keyof typeof problemTable;

/** One mistake: a row of the table, told for the case at hand. */
export interface Problem {
  readonly code: ProblemCode;
  /** What is wrong, naming the thing. */
  readonly message: string;
  /** The file, or the file with line and column, from the project folder. */
  readonly place?: string;
  /** What to write or type instead. */
  readonly cure: string;
}

/** All the problems of one attempt, in one error. Its message is the whole report. */
export class ProblemsError extends Error {
  constructor(
    readonly intent: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${intent}: ${count(problems.length)}\n\n${problems.map(describe).join('\n\n')}\n`);
  }

  override get name(): string {
    return 'ProblemsError';
  }
}

function describe({ code, message, place, cure }: Problem): string {
  return `  ${code}: ${message}\n${place === undefined ? '' : `    at ${place}\n`}    ${cure}`;
}

function count(problems: number): string {
  return problems === 1 ? 'there is a problem' : `there are ${problems} problems`;
}
