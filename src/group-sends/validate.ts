import { messageOf as wordsOf } from '../core/errors.js'
import { fieldName } from '../library/fields.js'
import { splitReason } from '../library/problem.js'
import { type Definition, definitionSchema, kindOf, messagesOf } from './definition.js'
import { GroupSendError } from './group-send-error.js'
import { accountOf } from './occurrences.js'
import type { Fault, GroupSendPorts } from './ports.js'

type Ports = Pick<GroupSendPorts, 'accounts' | 'missing' | 'resolve' | 'problems' | 'customers'>

/**
 * Reads a definition that came from outside. Rejects with GroupSendError `group-send.invalid` with everything that is wrong:
 * spelling, an account or content that is not there, messages that do not fit what the platform takes.
 */
export async function validDefinition(value: unknown, ports: Ports): Promise<Definition> {
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
  const { accounts } = ports
  if (definition.account === undefined && accounts.length !== 1)
    faults.push({ field: 'account', message: '没有写是哪个企业', fix: `从 ${accounts.join('、')} 中选一个` })
  if (definition.account !== undefined && !accounts.includes(definition.account))
    faults.push({ field: 'account', message: `没有企业“${definition.account}”`, fix: `从 ${accounts.join('、')} 中选` })
  for (const { path, message } of messagesOf(definition)) {
    const lost = ports.missing(message)
    if (lost !== undefined)
      faults.push({ field: fieldName(path), message: `内容里没有 ${lost}`, fix: '检查名字，或先把它加到 content' })
  }
  const { segment } = definition.to.customers ?? {}
  if (segment !== undefined && (await ports.customers.hasSegment?.(segment)) === false)
    faults.push({ field: 'to.customers.segment', message: `没有名为 ${segment} 的人群`, fix: '改成已有的名字' })
  if (faults.length === 0) faults.push(...unfit(definition, ports))
  if (faults.length > 0) throw invalid(faults)
  return JSON.parse(JSON.stringify(definition)) as Definition
}

function unfit(definition: Definition, ports: Ports): Fault[] {
  const account = accountOf(definition, ports)
  try {
    const messages = messagesOf(definition).map(({ message }) => ports.resolve(message, account))
    const use = kindOf(definition) === 'moments' ? 'moments' : 'message'
    return ports.problems(account, messages, use).map((sentence) => placed(sentence, definition))
  } catch (error) {
    return [{ field: 'messages', message: wordsOf(error) }]
  }
}

/** A sentence that names its message (`messages[1].title: ...`) as a fault of the field that the definition has there. */
function placed(sentence: string, { messages }: Definition): Fault {
  const [, at = '', part = '', message = ''] = /^messages\[(\d+)\](?:\.(\w+))?: (.*)$/s.exec(sentence) ?? []
  const one = messages[Number(at)]
  if (at === '' || one === undefined) return { field: 'messages', message: sentence }
  const path = one.link !== undefined && part !== '' ? ['link', part] : one.card === undefined ? [] : ['card']
  return { field: fieldName(['messages', Number(at), ...path]), message }
}

function invalid(faults: Fault[]): GroupSendError {
  const first = faults[0]
  const text = `the definition has ${faults.length} mistake(s): ${first?.field}: ${first?.message}`
  return new GroupSendError('group-send.invalid', text, { faults, ...(first?.fix !== undefined && { fix: first.fix }) })
}
