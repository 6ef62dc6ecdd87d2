import type { Command } from 'commander'
import type { Access } from '../access/access.js'
import type { PersonRow } from '../access/model.js'
import { stateOf } from '../access/people.js'
import { isRole, ROLES, type Role } from '../access/roles.js'
import { describeOwnerLink } from '../console-parts.js'
import { AppError } from '../core/errors.js'
import { sayer, terminalUser, withAccess } from './access-tools.js'
import type { CommandContext } from './tools.js'

interface Options extends CommandContext {
  json?: boolean
}

/** A link for another owner: for the first, or when none can come in any more. */
export async function ownerLink(options: Options): Promise<number> {
  return withAccess(options, async (access, { config }) => {
    const link = await access.ownerLink(terminalUser())
    const [title = '', url = ''] = describeOwnerLink(config.publicUrl, link)
    const say = sayer(options)
    if (options.json) say(JSON.stringify({ url: url.trim(), endsAt: link.endsAt }))
    else for (const line of [title, url]) say(line)
    return 0
  })
}

/** Everybody who may use the console. */
export async function listUsers(options: Options): Promise<number> {
  return withAccess(options, async (access) => {
    const all = await everybody(access)
    const say = sayer(options)
    if (options.json) say(JSON.stringify(all.map(shown), null, 2))
    else if (all.length === 0) say('nobody yet; `weloop user owner-link` makes the first')
    else
      for (const { login, name, roles, state, secondFactor } of all.map(shown)) {
        say(`${login}  ${name}  ${roles.join(', ')}  ${state}${secondFactor ? ', second factor' : ''}`)
      }
    return 0
  })
}

/** Lets somebody in by a link. */
export async function inviteUser(login: string, options: Options & { name: string; role: string[] }): Promise<number> {
  return withAccess(options, async (access, { config }) => {
    const roles = options.role.filter((role): role is Role => isRole(role))
    if (roles.length !== options.role.length) {
      throw new AppError('invalid.roles', 'there is no such role', { fix: `choose from ${ROLES.join(', ')}` })
    }
    const { person, link } = await access.people.invite({ login, name: options.name, roles }, terminalUser())
    return tellLink(options, config.publicUrl, person, link)
  })
}

/** Lets somebody in no more. */
export async function disableUser(login: string, options: Options & { reason: string }): Promise<number> {
  return withAccess(options, async (access) => {
    const { _id } = await named(access, login)
    const person = await access.people.disable(_id, options.reason, terminalUser())
    sayer(options)(options.json ? JSON.stringify(shown(person)) : `${login} is disabled; all sessions are over`)
    return 0
  })
}

/** Lets somebody in again. */
export async function enableUser(login: string, options: Options): Promise<number> {
  return withAccess(options, async (access) => {
    const { _id } = await named(access, login)
    const person = await access.people.enable(_id, terminalUser())
    sayer(options)(options.json ? JSON.stringify(shown(person)) : `${login} may come in again`)
    return 0
  })
}

/** A new password and second factor, by a link; what there was is gone at once. */
export async function resetUser(login: string, options: Options & { reason: string }): Promise<number> {
  return withAccess(options, async (access, { config }) => {
    const { _id } = await named(access, login)
    const { person, link } = await access.people.reset(_id, options.reason, terminalUser())
    return tellLink(options, config.publicUrl, person, link)
  })
}

/** Adds `weloop user owner-link | list | invite | disable | enable | reset`. */
export function addUserCommands(program: Command, context: CommandContext): void {
  const user = program.command('user').description('people who may use the console')
  const gather = (value: string, all: string[]) => [...all, ...value.split(',').map((one) => one.trim())]
  const run = async (work: Promise<number>) => {
    process.exitCode = await work
  }
  user
    .command('owner-link')
    .description('a link that makes an owner; good once and for 24 hours')
    .option('--json', 'machine-readable')
    .action((options: { json?: boolean }) => run(ownerLink({ ...context, ...options })))
  user
    .command('list')
    .description('everybody, with roles')
    .option('--json', 'machine-readable')
    .action((options: { json?: boolean }) => run(listUsers({ ...context, ...options })))
  user
    .command('invite')
    .description('let somebody in; prints a link for the password')
    .argument('<login>')
    .requiredOption('--name <name>', 'for people')
    .requiredOption('--role <role>', `one or several, joined by commas: ${ROLES.join(', ')}`, gather, [])
    .option('--json', 'machine-readable')
    .action((login: string, options: { name: string; role: string[]; json?: boolean }) =>
      run(inviteUser(login, { ...context, ...options })),
    )
  user
    .command('disable')
    .description('let somebody in no more')
    .argument('<login>')
    .requiredOption('--reason <words>', 'for the audit log')
    .option('--json', 'machine-readable')
    .action((login: string, options: { reason: string; json?: boolean }) =>
      run(disableUser(login, { ...context, ...options })),
    )
  user
    .command('enable')
    .description('let somebody in again')
    .argument('<login>')
    .option('--json', 'machine-readable')
    .action((login: string, options: { json?: boolean }) => run(enableUser(login, { ...context, ...options })))
  user
    .command('reset')
    .description('a new password and second factor by a link; the present ones are void at once')
    .argument('<login>')
    .requiredOption('--reason <words>', 'for the audit log')
    .option('--json', 'machine-readable')
    .action((login: string, options: { reason: string; json?: boolean }) =>
      run(resetUser(login, { ...context, ...options })),
    )
}

async function everybody(access: Access): Promise<PersonRow[]> {
  const all: PersonRow[] = []
  for (let after: string | undefined; ; ) {
    const page = await access.people.list({ after, limit: 200 })
    all.push(...page.rows)
    if (page.next === undefined) return all
    after = page.next
  }
}

async function named(access: Access, login: string): Promise<PersonRow> {
  const person = await access.people.findByLogin(login)
  if (person) return person
  throw new AppError('not-found.person', `there is nobody called '${login}'`, { fix: 'see `weloop user list`' })
}

function tellLink(
  options: Options,
  publicUrl: string,
  person: PersonRow,
  { token, endsAt }: { token: string; endsAt: Date },
): number {
  const url = `${publicUrl.replace(/\/+$/, '')}/console/welcome#${token}`
  const say = sayer(options)
  if (options.json) say(JSON.stringify({ ...shown(person), url, endsAt }))
  else {
    say(`give this link to ${person.name}; it is good once, until ${endsAt.toISOString()}:`)
    say(`  ${url}`)
  }
  return 0
}

const shown = (person: PersonRow) => ({
  login: person.login,
  name: person.name,
  roles: person.roles,
  state: stateOf(person),
  secondFactor: person.totp !== undefined,
})
