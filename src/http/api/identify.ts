import { type ZodType, z } from 'zod'
import { answerBatch, batchAnswer, type ItemResult, itemsOf, type Sender, senderOf } from './batch.js'
import { type Route, route } from './route.js'

/** What the identify route is made of. */
export interface IdentifyRoutePorts {
  identify: { take(sender: Sender, people: readonly unknown[]): Promise<ItemResult[]> }
  schemas: { identity: ZodType }
}

/** Who is who. */
export function createIdentifyRoutes({ identify, schemas }: IdentifyRoutePorts): Route[] {
  return [
    route({
      id: 'identify',
      method: 'POST',
      path: '/identify',
      tag: 'People',
      summary: 'Say who somebody is and what the shop knows of the person, up to 500 people at once.',
      description: `All identities of an entry become one contact: call it when somebody logs in. Contacts that have some of them are
merged, unless they provably are different people (different unionids, different users of your shop, different openids of one account):
that is told under \`problems\` and nothing is forced. Merges can be taken back.`,
      scope: 'contacts:write',
      body: z.strictObject({ people: itemsOf(schemas.identity) }),
      answer: batchAnswer,
      handle: async ({ body, caller }) => answerBatch(await identify.take(senderOf(caller), body.people)),
    }),
  ]
}
