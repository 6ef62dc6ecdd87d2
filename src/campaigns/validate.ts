import { fieldName } from '../library/fields.js'
import { splitReason } from '../library/problem.js'
import { CampaignError } from './campaign-error.js'
import { type Definition, definitionSchema, messagesOf } from './definition.js'
import type { CampaignPorts, Fault } from './ports.js'

/**
 * Reads a definition that came from outside. Throws CampaignError `campaign.invalid` with everything that is wrong:
 * spelling, an account or an audience that is not there, content that the folder does not have.
 */
export async function validDefinition(
  value: unknown,
  { accounts, audiences, missing }: Pick<CampaignPorts, 'accounts' | 'audiences' | 'missing'>,
): Promise<Definition> {
  const read = definitionSchema.safeParse(value)
  if (!read.success) {
    throw invalid(
      read.error.issues.map((issue) => {
        const paths = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
        return { field: fieldName(paths), ...splitReason(issue.message, '改正这个字段') }
      }),
    )
  }
  const definition = read.data
  const faults: Fault[] = []
  const { account, audience } = definition
  if (account === undefined && accounts.length !== 1)
    faults.push({
      field: 'account',
      message: '有几个公众号，没有写是哪一个',
      fix: `从 ${accounts.join('、')} 中选一个`,
    })
  if (account !== undefined && !accounts.includes(account))
    faults.push({ field: 'account', message: `没有公众号“${account}”`, fix: `从 ${accounts.join('、')} 中选一个` })
  for (const { path, message } of messagesOf(definition)) {
    const lost = missing(message)
    if (lost !== undefined)
      faults.push({ field: fieldName(path), message: `内容里没有 ${lost}`, fix: '检查名字，或先把它加到 content' })
  }
  const found = await audiences.rule(audience)
  if ('faults' in found) {
    for (const { field, message, fix } of found.faults) {
      const name = field === '' ? 'audience' : `audience.${field}`
      faults.push({ field: name, message, ...(fix !== undefined && { fix }) })
    }
  }
  if (faults.length > 0) throw invalid(faults)
  return withoutGaps(definition)
}

/** Without keys whose value is undefined: the store would keep them as null. */
function withoutGaps<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function invalid(faults: Fault[]): CampaignError {
  const first = faults[0]
  return new CampaignError(
    'campaign.invalid',
    `the definition has ${faults.length} mistake(s): ${first?.field}: ${first?.message}`,
    {
      faults,
      ...(first?.fix !== undefined && { fix: first.fix }),
    },
  )
}
