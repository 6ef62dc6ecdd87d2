import { segmentUses as campaignUses } from './campaigns/audiences.js'
import type { Campaigns } from './campaigns/campaigns.js'
import { groupSendRows } from './group-sends/model.js'
import type { SegmentUse } from './segments/definitions.js'
import type { Connection } from './store/connect.js'

const MOST = 1000

/** What of the pushes that have not ended refers to a segment: campaigns and group sends. */
export async function segmentUses(
  ports: { connection: Connection; campaigns: Pick<Campaigns, 'list'> },
  slug: string,
): Promise<SegmentUse[]> {
  const sends = await groupSendRows(ports.connection)
    .pushes.find({ 'definition.to.customers.segment': slug, state: { $nin: ['done', 'stopped'] } })
    .limit(MOST)
    .toArray()
  return [
    ...campaignUses(await ports.campaigns.list({ limit: MOST }), slug),
    ...sends.map(({ _id: id, definition }): SegmentUse => ({ kind: 'group-send', id, title: definition.name })),
  ]
}
