import path from 'node:path'
import type { Command } from 'commander'
import { templatesOf } from '../content-parts.js'
import { contentCheck } from '../library/check.js'
import { compareTemplates, type NoticeState } from '../library/notice-templates.js'
import { type CommandOptions, chooseAccount, officialIds, openParts } from './open.js'

/**
 * Compares `content/notices` with the templates that the accounts really have. Gives the exit code: 1 on any problem.
 */
export async function checkNotices(
  options: CommandOptions & { account?: string | undefined; json?: boolean | undefined },
): Promise<number> {
  const { print = console.log } = options
  const parts = await openParts(options)
  try {
    const { config, library, accounts } = parts
    const ids = options.account === undefined ? officialIds(config) : [chooseAccount(config, options.account)]
    const notices = library.notices()
    const files = await contentCheck(path.resolve(options.root, config.content.dir), config.publicUrl)
    const broken = [...files.problems, ...files.warnings].filter((each) => each.file.includes('/notices/'))
    const { templates, refused } = await templatesOf(accounts, ids, new Set(notices.map((each) => each.channel)))
    const states = compareTemplates(notices, templates)
    const failed =
      refused.length > 0 ||
      [...broken, ...states.flatMap((each) => each.problems)].some((each) => each.severity === 'error')
    if (options.json === true) print(JSON.stringify({ ok: !failed, notices: states, files: broken, refused }, null, 2))
    else {
      for (const each of broken)
        print(
          `${each.severity === 'error' ? '✗' : '!'} ${each.file}:${each.line ?? 1}  ${each.field}：${each.message}\n    改法：${each.fix}`,
        )
      for (const state of states) print(describe(state))
      for (const { account, channel, reason } of refused) print(`✗ 账号 ${account} 的 ${channel} 模板取不到：${reason}`)
      print(failed ? '✗ 有问题，见上' : `✓ 检查通过（通知 ${states.length}）`)
    }
    return failed ? 1 : 0
  } finally {
    await parts.close()
  }
}

/** Adds `notices check` to the program. */
export function addNoticeCommands(program: Command, base: CommandOptions): void {
  program
    .command('notices')
    .description('notices of content/')
    .command('check')
    .description('compare with the templates the accounts really have; exit 1 on any problem')
    .option('--account <id>', 'only this account')
    .option('--json', 'machine-readable')
    .action(async (flags: { account?: string; json?: boolean }) => {
      process.exitCode = await checkNotices({ ...base, ...flags })
    })
}

function describe({ name, accounts, problems, unchecked }: NoticeState): string {
  const bad = problems.some((each) => each.severity === 'error')
  const where = unchecked === true ? '没有可以核对的账号' : accounts.join('、')
  const lines = problems.map(
    (each) => `    ${each.severity === 'error' ? '✗' : '!'} ${each.field}：${each.message}\n      改法：${each.fix}`,
  )
  return [`${bad ? '✗' : unchecked === true ? '!' : '✓'} ${name}  ${where}`.trimEnd(), ...lines].join('\n')
}
