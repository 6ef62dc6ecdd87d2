import { AutoComplete, Form } from 'antd'
import { useCall } from '../../../api/use-call.js'
import { useMay } from '../../../session/use-session.js'
import { useWords } from '../../../words/use-words.js'
import { textOf } from '../../content/shapes.js'
import type { PartProps } from './part.js'

/** An invitation to a customer group: by a rule set that finds the group, or by one join way. */
export function InvitePart({ part, set, path, fault }: PartProps) {
  const { t } = useWords()
  const may = useMay()('groups:read')
  const sets = useCall('listSteering', may ? {} : undefined)
  const ways = useCall('listJoinWays', may ? {} : undefined)
  const options = [...(sets.data?.sets ?? []), ...(ways.data?.ways ?? [])].map(({ slug, title }) => ({
    value: slug,
    label: `${title}（${slug}）`,
  }))
  return (
    <Form.Item extra={<span className="way-about">{t('way.edit.invite.about')}</span>} {...fault(`${path}.invite`)}>
      <AutoComplete
        value={textOf(part['invite'])}
        options={options}
        aria-label={t('reply.invite')}
        onChange={(invite: string) => set({ ...part, invite: invite.trim() })}
      />
    </Form.Item>
  )
}
