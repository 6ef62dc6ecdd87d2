import { z } from 'zod'
import { accountMenus, compared, draft, type MenusPort, type PublishedOutcome, publication } from './menus-view.js'
import { ApiError, type Route, route } from './route.js'

const TAG = 'menus'
const accountParams = z.strictObject({ account: z.string().max(32) })
const slugParams = accountParams.extend({ slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a-z, 0-9 and -') })
const definition = z
  .record(z.string(), z.unknown())
  .meta({ description: 'as content/menus writes it: { tag?, buttons: [{ name, keyword | card | … | buttons }] }' })
/** A menu has 18 buttons; one with the longest addresses takes about 20 KB. */
const MOST_BYTES = 64 * 1024

/** The routes of the menus of Official Accounts: files, drafts, what is on WeChat, publishing and putting back. */
export function menuRoutes({ menus }: { menus: MenusPort }): Route[] {
  const list = route({
    method: 'GET',
    path: '/menus',
    id: 'listMenuAccounts',
    summary: 'The accounts that may have menus',
    tag: TAG,
    scope: 'content:read',
    answer: z.object({ accounts: z.array(z.object({ account: z.string(), may: z.boolean() })) }),
    handle: async () => ({ body: { accounts: menus.accounts() } }),
  })

  const get = route({
    method: 'GET',
    path: '/menus/:account',
    id: 'getMenus',
    summary: 'The menus of an account: files, drafts, what is on WeChat now, and the difference',
    tag: TAG,
    scope: 'content:read',
    params: accountParams,
    answer: accountMenus,
    errors: { 404: 'There is no such account.' },
    async handle({ params: { account } }) {
      const found = await menus.of(account)
      if (found) return { body: found }
      throw unknownAccount(account)
    },
  })

  const compare = route({
    method: 'POST',
    path: '/menus/:account/compare',
    id: 'compareMenu',
    looks: true,
    summary: 'What is wrong with a menu, and how it differs from what is on WeChat',
    description: 'Nothing is stored. What is on WeChat is read anew every 10 s at most.',
    tag: TAG,
    scope: 'content:read',
    params: accountParams,
    body: z.strictObject({ slug: slugParams.shape.slug, definition }),
    answer: compared,
    handle: async ({ params, body }) => ({
      body: await menus.compare(params.account, body.slug, sized(body.definition)),
    }),
  })

  const put = route({
    method: 'PUT',
    path: '/menus/:account/:slug/draft',
    id: 'putMenuDraft',
    summary: 'Save a draft of a menu',
    description:
      'A draft counts in place of the file of its name. It may hold errors; then it cannot be published. `rev` is the one that was read, 0 for the first.',
    tag: TAG,
    scope: 'content:write',
    params: slugParams,
    body: z.strictObject({ definition, rev: z.int().min(0) }),
    answer: draft,
    errors: { 404: 'There is no such account.', 409: 'Somebody else has saved it meanwhile.' },
    async handle({ params: { account, slug }, body, caller }) {
      known(menus, account)
      const by = { rev: body.rev, by: caller.person?.name ?? caller.id }
      const put = await menus.drafts.put(account, slug, sized(body.definition), by)
      if (put.outcome === 'saved') return { body: put.draft }
      throw stale(put.rev)
    },
  })

  const drop = route({
    method: 'DELETE',
    path: '/menus/:account/:slug/draft',
    id: 'dropMenuDraft',
    summary: 'Drop a draft: the file counts again',
    tag: TAG,
    scope: 'content:write',
    params: slugParams,
    query: z.strictObject({ rev: z.coerce.number().int().min(1) }),
    answer: z.object({ slug: z.string() }),
    errors: { 404: 'There is no such draft.', 409: 'Somebody else has saved it meanwhile.' },
    async handle({ params: { account, slug }, query }) {
      const dropped = await menus.drafts.drop(account, slug, query.rev)
      if (dropped === 'dropped') return { body: { slug } }
      if (dropped === 'unknown') throw new ApiError(404, 'menu.unknown', `there is no draft '${slug}'`)
      throw stale(dropped.stale)
    },
  })

  const versions = route({
    method: 'GET',
    path: '/menus/:account/:slug/versions',
    id: 'listMenuVersions',
    summary: 'A draft as it was saved before, newest first',
    tag: TAG,
    scope: 'content:read',
    params: slugParams,
    answer: z.object({
      versions: z.array(z.object({ rev: z.int(), definition: z.unknown(), at: z.date(), by: z.string() })),
    }),
    handle: async ({ params: { account, slug } }) => ({
      body: { versions: await menus.drafts.versions(account, slug) },
    }),
  })

  const publish = route({
    method: 'POST',
    path: '/menus/:account/publish',
    id: 'publishMenus',
    summary: 'Put menus on WeChat, and read back what is there then',
    tag: TAG,
    scope: 'content:write',
    params: accountParams,
    body: z.strictObject({
      seen: z.string().max(64).meta({ description: 'the `hash` of what is live, as it was looked at' }),
      slugs: z
        .array(z.string().max(64))
        .min(1)
        .max(20)
        .optional()
        .meta({ description: 'all that differ unless given' }),
    }),
    answer: publication,
    errors: { 404: 'There is no such account or menu.', 409: WHY_NOT, 422: 'A menu holds errors, or WeChat refused.' },
    async handle({ params: { account }, body: { seen, slugs }, caller }) {
      known(menus, account)
      const by = caller.person?.name ?? caller.id
      return { body: done(await menus.publish(account, { by, seen, ...(slugs && { slugs }) })) }
    },
  })

  const restore = route({
    method: 'POST',
    path: '/menus/:account/restore',
    id: 'restoreMenus',
    summary: 'Put back what was on WeChat before a publication',
    tag: TAG,
    scope: 'content:write',
    params: accountParams,
    body: z.strictObject({ seen: z.string().max(64), number: z.int().min(1) }),
    answer: publication,
    errors: { 404: 'There is no such publication.', 409: WHY_NOT, 422: 'It cannot be made by API, or WeChat refused.' },
    async handle({ params: { account }, body, caller }) {
      known(menus, account)
      return { body: done(await menus.restore(account, { by: caller.person?.name ?? caller.id, ...body })) }
    },
  })

  return [list, get, compare, put, drop, versions, publish, restore]
}

const WHY_NOT = 'What is live was changed since, nothing differs, or somebody is publishing.'

function done(published: PublishedOutcome) {
  switch (published.outcome) {
    case 'published':
      return published.publication
    case 'changed-there':
      throw new ApiError(409, 'menu.changed-there', 'what is on WeChat has changed since it was looked at')
    case 'same':
      throw new ApiError(409, 'menu.same', 'what is on WeChat is the same already')
    case 'busy':
      throw new ApiError(409, 'menu.busy', 'somebody is publishing menus of this account just now')
  }
}

function known(menus: MenusPort, account: string): void {
  if (!menus.accounts().some((each) => each.account === account)) throw unknownAccount(account)
}

const unknownAccount = (account: string) =>
  new ApiError(404, 'account.unknown', `there is no Official Account '${account}'`)

const stale = (rev: number) => new ApiError(409, 'menu.stale', `the draft has revision ${rev} now; read it again`)

function sized(value: Record<string, unknown>): Record<string, unknown> {
  if (Buffer.byteLength(JSON.stringify(value)) <= MOST_BYTES) return value
  throw new ApiError(413, 'menu.large', `a menu takes at most ${MOST_BYTES} bytes`)
}
