import path from 'node:path'
import { loadConfig } from '../config/load.js'
import { contentCheck, formatReport } from '../library/check.js'

/** Tells every mistake in the content folder; gives the exit code: 1 on any problem (warnings do not count). */
export async function checkContent(options: { root: string; env: NodeJS.ProcessEnv; json: boolean }): Promise<number> {
  const config = loadConfig(options)
  const report = await contentCheck(path.resolve(options.root, config.content.dir), config.publicUrl)
  console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report))
  return report.problems.length === 0 ? 0 : 1
}
