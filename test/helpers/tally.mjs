/** Jest reporter: prints one plain line that any CI can read, last of all. */
export default class Tally {
  onRunComplete(_contexts, results) {
    const broken = results.numRuntimeErrorTestSuites
    const skipped = results.numPendingTests + results.numTodoTests
    const tail = skipped > 0 ? `, ${skipped} skipped` : ''
    const line = `${results.numPassedTests} passed, ${results.numFailedTests + broken} failed${tail}\n`
    process.on('exit', () => process.stdout.write(line))
  }
}
