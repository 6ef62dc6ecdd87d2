import type { Command } from 'commander'
import { AppError } from '../core/errors.js'
import type { Why, WhyQuestion } from '../outbox/reach/why.js'

/** What the command needs: the product's own explanation, opened for one question. */
export interface WhyCommandOptions {
  open(): Promise<{ why(question: WhyQuestion): Promise<Why | undefined>; close(): Promise<void> }>
  /** Where lines are written; standard the terminal. */
  say?: (line: string) => void
}

/** `weloop why CONTACT|OPENID`: why somebody gets a message, or does not. */
export function addWhyCommand(program: Command, { open, say = console.log }: WhyCommandOptions): void {
  program
    .command('why')
    .argument('<contact>', 'our id of the contact, or the openid')
    .description('why somebody gets a message, or does not; exit 1 when something stands against it')
    .option('--campaign <id>', 'what became of them in this campaign')
    .option('--account <id>', 'where the person is known on several')
    .option('--purpose <purpose>', 'marketing, care, service or reply; without --campaign')
    .option('--json', 'machine-readable')
    .action(async (who: string, given: { campaign?: string; account?: string; purpose?: string; json?: boolean }) => {
      const { campaign, account, json } = given
      const purpose = purposeOf(given.purpose)
      const opened = await open()
      try {
        const found = await opened.why({ who, campaign, account, purpose })
        if (found === undefined) {
          throw new AppError('contact.unknown', `nobody is known as '${who}'`, {
            fix: 'give a contact’s id or an openid',
          })
        }
        for (const line of json ? [JSON.stringify(found, null, 2)] : told(found)) say(line)
        if (!found.verdict.ok) process.exitCode = 1
      } finally {
        await opened.close()
      }
    })
}

const PURPOSES = ['marketing', 'care', 'service', 'reply'] as const

function purposeOf(given: string | undefined): (typeof PURPOSES)[number] | undefined {
  const found = PURPOSES.find((one) => one === given)
  if (given === undefined || found) return found
  throw new AppError('why.purpose', `'${given}' is no purpose of a message`, { fix: `use ${PURPOSES.join(', ')}` })
}

/** The answer for a terminal: Chinese first, English below each line. */
function told({ contact, account, to, verdict, lines }: Why): string[] {
  return [
    `${verdict.ok ? '✔' : '✘'} ${verdict.zh}`,
    `  ${verdict.en}`,
    '',
    `${account} ${to ?? '-'} (${contact})`,
    ...lines.flatMap(({ topic, ok, zh, en, fix }) => [
      `${ok ? '  ✔' : '  ✘'} ${topic.padEnd(9)} ${zh}${fix ? ` → ${fix.zh}` : ''}`,
      `              ${en}${fix ? ` -> ${fix.en}` : ''}`,
    ]),
  ]
}
