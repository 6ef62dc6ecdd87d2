import path from 'node:path'
import { alertNames } from '../alerts/alerts.js'
import { alertFolder } from '../alerts/files.js'
import { readTemplates } from '../campaigns/content.js'
import { corpAccounts } from '../config/accounts.js'
import { loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import type { Message } from '../core/message.js'
import { readWays } from '../customers/ways/content.js'
import { deskFolders } from '../desk/files.js'
import { readGroupSends } from '../group-sends/content.js'
import { steeringFolders } from '../groups/steer/check.js'
import { type ContentFolder, type ContentNames, contentCheck, formatReport } from '../library/check.js'

/** The folders that features read themselves. */
const FOLDERS: readonly ContentFolder[] = [
  async (dir, names, shown) => {
    const { templates, problems } = await readTemplates(dir, names, shown)
    return { title: '活动', count: templates.length, problems }
  },
  async (dir, names, shown) => {
    const { ways, problems } = await readWays(dir, names, shown)
    return { title: '渠道活码', count: ways.length, problems }
  },
  ...steeringFolders(),
  ...deskFolders(),
  async (dir, names, shown) => {
    const missing = (message: Message) => missingName(names, message)
    const { templates, problems } = await readGroupSends(dir, { missing, segment: names.segment }, shown)
    return { title: '群发', count: templates.length, problems }
  },
]

function missingName(names: ContentNames, message: Message): string | undefined {
  if (message.kind === 'article' && !names.hasArticle(message.slug)) return `文章 ${message.slug}`
  return message.kind === 'card' && !names.hasCard(message.slug) ? `卡片 ${message.slug}` : undefined
}

/** Those that also name what is configured. */
const configured = (config: Config): ContentFolder[] => [
  alertFolder(alertNames({ settings: config.alerts, corps: corpAccounts(config).map(([id]) => id) })),
]

/** Tells every mistake in the content folder; gives the exit code: 1 on any problem (warnings do not count). */
export async function checkContent(options: { root: string; env: NodeJS.ProcessEnv; json: boolean }): Promise<number> {
  const config = loadConfig(options)
  const report = await contentCheck(path.resolve(options.root, config.content.dir), config.publicUrl, [
    ...FOLDERS,
    ...configured(config),
  ])
  console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report))
  return report.problems.length === 0 ? 0 : 1
}
