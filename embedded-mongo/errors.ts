/** Names MongoDB gives to the codes this store answers; any other code is `Location<code>` as in the server. */
const codeNames: Readonly<Record<number, string>> = {
  1: 'InternalError',
  2: 'BadValue',
  8: 'UnknownError',
  9: 'FailedToParse',
  11: 'UserNotFound',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  15: 'Overflow',
  16: 'InvalidLength',
  17: 'ProtocolError',
  18: 'AuthenticationFailed',
  20: 'IllegalOperation',
  22: 'InvalidBSON',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  50: 'MaxTimeMSExpired',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  54: 'NotSingleValueField',
  55: 'InvalidDBRef',
  56: 'EmptyFieldName',
  57: 'DottedFieldName',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  91: 'ShutdownInProgress',
  115: 'CommandNotSupported',
  166: 'CommandNotSupportedOnView',
  167: 'OptionNotSupportedOnView',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  200: 'CannotBackfillArray',
  238: 'NotImplemented',
  241: 'ConversionFailure',
  263: 'OperationNotSupportedInTransaction',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed',
  303: 'APIDeprecationError',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  14031: 'OutOfDiskSpace',
}

/** A refusal as MongoDB would word it: `code`, `codeName`, a sentence, and `extra` fields of the reply (keyPattern, keyValue). */
export class MongoError extends Error {
  override readonly name = 'MongoError'
  readonly code: number
  readonly codeName: string
  readonly extra?: Record<string, unknown>

  constructor(code: number, message: string, extra?: Record<string, unknown>) {
    super(message)
    this.code = code
    this.codeName = codeNames[code] ?? `Location${code}`
    if (extra !== undefined) this.extra = extra
  }
}

/** Error 115 for a feature MongoDB has and this store does not; `what` starts the sentence ("$where"). */
export function unsupported(what: string): MongoError {
  return new MongoError(115, `${what} is not supported by the embedded store`)
}

/** Throws a MongoError; for use as an expression. */
export function fail(code: number, message: string): never {
  throw new MongoError(code, message)
}
