declare module 'mongodb/lib/cmap/commands.js' {
  /** A field of a command whose documents travel beside it, already encoded or not. */
  export class DocumentSequence {
    constructor(field: string)
    push(document: object, bytes: Uint8Array): number
  }
}
