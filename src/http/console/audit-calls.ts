import type { AuditPort } from '../api/audited.js'
import { parseJson } from '../api/json.js'
import type { ConsoleAuditPort, RolePort } from './access-port.js'

/** Fields whose values are never written down. */
const SECRET = /password|secret|token|code|recovery|current|sig|key$/i

/** Writes calls of the API into the audit log: who, what, to what, with which words; secrets and numbers left out. */
export function createAuditCalls(ports: { audit: ConsoleAuditPort; mask: RolePort['mask'] }): AuditPort {
  const { audit, mask } = ports
  return async ({ caller, route, head, body, outcome }) => {
    const parsed = body === undefined || body.length === 0 ? undefined : parseJson(body)
    const sent = parsed && 'value' in parsed ? mask(withoutSecrets(parsed.value), { names: 'shown' }) : undefined
    const reason = reasonOf(sent)
    const { person } = caller
    await audit.append({
      actor: { kind: person ? 'person' : 'key', id: caller.id, ...(person && { name: person.name }) },
      action: route.id,
      target: head.path.replace(/^\/api\/v1/, '').slice(0, 256),
      outcome,
      ...(reason !== undefined && { reason }),
      address: head.address,
      ...(sent !== undefined && { change: { sent } }),
    })
  }
}

function reasonOf(sent: unknown): string | undefined {
  if (typeof sent !== 'object' || sent === null || !('reason' in sent)) return undefined
  return typeof sent.reason === 'string' ? sent.reason.slice(0, 200) : undefined
}

/** The log tells what was done; pictures and articles are kept where they belong. */
const LONGEST = 4000

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string' && value.length > LONGEST) return `${value.slice(0, 200)}… (${value.length} characters)`
  if (Array.isArray(value)) return value.slice(0, 100).map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRET.test(name) && typeof one !== 'object' ? '(left out)' : withoutSecrets(one),
    ]),
  )
}
