import path from 'node:path'
import { readTemplates } from '../campaigns/content.js'
import { loadConfig } from '../config/load.js'
import { type ContentFolder, contentCheck, formatReport } from '../library/check.js'

/** The folders that features read themselves. */
const FOLDERS: readonly ContentFolder[] = [
  async (dir, names, shown) => {
    const { templates, problems } = await readTemplates(dir, names, shown)
    return { title: '活动', count: templates.length, problems }
  },
]

/** Tells every mistake in the content folder; gives the exit code: 1 on any problem (warnings do not count). */
export async function checkContent(options: { root: string; env: NodeJS.ProcessEnv; json: boolean }): Promise<number> {
  const config = loadConfig(options)
  const report = await contentCheck(path.resolve(options.root, config.content.dir), config.publicUrl, FOLDERS)
  console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report))
  return report.problems.length === 0 ? 0 : 1
}
