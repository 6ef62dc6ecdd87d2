import { z } from 'zod'
import { ApiError, type Route, route } from './route.js'

interface Problem {
  field: string
  message: string
  fix?: string
}

/** Settings of the desk as the routes show them. */
interface View {
  origin: 'file' | 'store' | 'none'
  on: boolean
  file?: string
  problems: readonly Problem[]
  definition?: Record<string, unknown>
  revision: number
  updatedAt?: Date
  updatedBy?: string
}

/** What the routes ask of the settings; `keptSettings` of the desk is it. */
export interface DeskSettingsPort {
  view(): Promise<View>
  put(given: {
    revision: number
    enabled: boolean
    definition: unknown
    by: string
  }): Promise<
    | { outcome: 'stored'; view: View }
    | { outcome: 'invalid'; problems: Problem[] }
    | { outcome: 'read-only' }
    | { outcome: 'stale'; view: View }
  >
}

const definition = z.record(z.string(), z.unknown()).meta({
  description: 'as content/desk.yaml: shifts, holidays, workdays, skills, staff, routing, times, texts',
})
const view = z
  .object({
    origin: z.enum(['file', 'store', 'none']).meta({
      description: 'file: content/desk.yaml, read-only here; store: set here; none: there is no desk yet',
    }),
    on: z.boolean(),
    file: z.string().optional(),
    problems: z.array(z.object({ field: z.string(), message: z.string(), fix: z.string().optional() })),
    definition: definition.optional(),
    revision: z.int(),
    updatedAt: z.date().optional(),
    updatedBy: z.string().optional().meta({ description: 'the name of the person, or the key' }),
    defaults: z.object({
      times: z.record(z.string(), z.number()).meta({ description: 'ms' }),
      texts: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ id: 'DeskSettings' })

/** The routes of the desk's settings. `defaults`: what holds where nothing is written. */
export function deskSettingsRoutes({
  settings,
  defaults,
}: {
  settings: DeskSettingsPort
  defaults: { times: object; texts: object }
}): Route[] {
  const shown = (found: View): z.input<typeof view> => ({
    ...found,
    problems: [...found.problems],
    defaults: { times: { ...defaults.times } as Record<string, number>, texts: { ...defaults.texts } },
  })

  const get = route({
    method: 'GET',
    path: '/desk/settings',
    id: 'getDeskSettings',
    summary: 'Hours, staff, routing, times and texts of the desk, and where they come from',
    tag: 'desk',
    scope: 'desk:read',
    answer: view,
    handle: async () => ({ body: shown(await settings.view()) }),
  })

  const put = route({
    method: 'PUT',
    path: '/desk/settings',
    id: 'putDeskSettings',
    summary: 'Set the desk up; all processes follow within seconds',
    description:
      '`revision` names the settings that these replace (0: there are none yet); when somebody else was quicker the answer is 409. `enabled: false` closes the desk and keeps them. While there is a content/desk.yaml it wins and nothing can be put.',
    tag: 'desk',
    scope: 'admin',
    body: z.strictObject({ revision: z.int().min(0), enabled: z.boolean(), definition }),
    answer: view,
    errors: { 409: 'They are in content/desk.yaml, or were changed meanwhile.', 422: 'They cannot be used.' },
    async handle({ body, caller }) {
      const done = await settings.put({ ...body, by: caller.person?.name ?? caller.id })
      switch (done.outcome) {
        case 'stored':
          return { body: shown(done.view) }
        case 'invalid':
          throw new ApiError(422, 'desk.settings-invalid', 'the settings cannot be used', {
            problems: done.problems.map(({ field, message, fix }) => ({ field, message, ...(fix && { fix }) })),
          })
        case 'read-only':
          throw new ApiError(409, 'desk.settings-file', 'the settings are in content/desk.yaml', {
            problems: [{ field: 'content/desk.yaml', message: 'read-only here', fix: 'edit the file, or remove it' }],
          })
        case 'stale': {
          const { revision, updatedBy = '', updatedAt } = done.view
          const message = `'${updatedBy}' changed them${updatedAt ? ` at ${updatedAt.toISOString()}` : ''}; revision ${revision} now`
          throw new ApiError(409, 'desk.settings-stale', message, {
            problems: [{ field: 'revision', message: updatedBy, fix: 'read them again, then make your change' }],
          })
        }
      }
    },
  })

  return [get, put]
}
