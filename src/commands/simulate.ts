import { readOptions } from '../../simulator/main.js'
import { startSimulator } from '../../simulator/start.js'

/** The simulated WeChat alone, until SIGINT or SIGTERM; options as of `simulator/main.ts`. */
export async function runSimulator(env: NodeJS.ProcessEnv): Promise<void> {
  const simulator = await startSimulator(readOptions(process.argv.slice(3), env))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close())
}
