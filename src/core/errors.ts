/** An error with a message made for a person: what is wrong, where, and how to mend it. Never holds a secret. */
export class AppError extends Error {
  override readonly name: string = 'AppError'
  /** A stable word for programs, e.g. `config.invalid`. */
  readonly code: string
  /** What to do about it. */
  readonly fix: string | undefined

  constructor(code: string, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.fix = options.fix
  }
}

/** One thing wrong in a file a person wrote. */
export interface Problem {
  /** The file, relative to the project. */
  file: string
  /** 1-based; absent when the whole file is meant. */
  line?: number
  /** The key or field, e.g. `accounts.shop.aesKey`. */
  field: string
  message: string
  fix: string
}

/** Several problems at once, so that a person mends them in one go. */
export class ProblemsError extends AppError {
  override readonly name = 'ProblemsError'
  readonly problems: readonly Problem[]

  constructor(code: string, problems: readonly Problem[]) {
    super(code, problems.map(describeProblem).join('\n'))
    this.problems = problems
  }
}

/** One line for a terminal: `content/cards/gift.yaml:3 thumb: missing. Fix: ...`. */
export function describeProblem(problem: Problem): string {
  const where = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`
  return `${where} ${problem.field}: ${problem.message}. Fix: ${problem.fix}`
}

/** The end of an exhaustive `switch`: a new kind fails to compile here. */
export function unreachable(value: never): never {
  throw new AppError('bug.unreachable', `unexpected value ${JSON.stringify(value)}`)
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
