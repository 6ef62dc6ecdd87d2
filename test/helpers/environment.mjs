import { TestEnvironment } from 'jest-environment-node'

/** Node's environment, which asks a failing test's helpers what they saw (`globalThis.onTestFailure`) before it goes on. */
export default class Environment extends TestEnvironment {
  async handleTestEvent(event) {
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') await this.global.onTestFailure?.()
  }
}
