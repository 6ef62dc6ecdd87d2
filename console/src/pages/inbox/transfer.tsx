import { Checkbox, Modal, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import type { Conversation, DeskMember } from '../../api/types.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** Hands a conversation to a colleague, or back to the queue of a skill. */
export function Transfer(props: {
  conversation: Conversation
  holder: string
  members: readonly DeskMember[]
  close(): void
  stands(conversation: Conversation): void
}) {
  const { conversation, holder, members, close, stands } = props
  const { t } = useWords()
  const { busy, act } = useAct()
  const [to, setTo] = useState<string>()
  const [force, setForce] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const skills = [...new Set(members.flatMap((member) => member.skills))]
  const chosen = members.find(({ userid }) => `staff:${userid}` === to)
  const asks = chosen !== undefined && (!chosen.online || chosen.load >= chosen.capacity)

  async function go(): Promise<void> {
    if (to === undefined) return
    const skill = to.startsWith('skill:') ? to.slice('skill:'.length) : undefined
    const target = skill === undefined ? { to: to.slice('staff:'.length) } : { skill }
    const body = { staff: holder, force: force && asks, ...target }
    const done = await act(
      async () => stands(await call('transferConversation', { params: { id: conversation._id }, body })),
      t('inbox.transferred'),
      setProblem,
    )
    if (done) close()
  }

  return (
    <Modal
      open
      title={t('inbox.transfer')}
      onCancel={close}
      onOk={go}
      okText={t('inbox.transfer')}
      cancelText={t('act.cancel')}
      okButtonProps={{ disabled: to === undefined || (asks && !force), loading: busy }}
    >
      <div className="stack">
        {problem && <ProblemAlert problem={problem} />}
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          value={to}
          onChange={setTo}
          placeholder={t('inbox.transfer.to')}
          aria-label={t('inbox.transfer.to')}
          data-testid="transfer-to"
          options={[
            {
              label: t('inbox.transfer.staff'),
              options: members
                .filter(({ userid }) => userid !== holder)
                .map(({ userid, name, online, load, capacity }) => ({
                  value: `staff:${userid}`,
                  label: `${name} · ${online ? t('inbox.online') : t('inbox.offline')} · ${load}/${capacity}`,
                })),
            },
            {
              label: t('inbox.transfer.skill'),
              options: skills.map((skill) => ({ value: `skill:${skill}`, label: skill })),
            },
          ]}
        />
        {asks && (
          <Checkbox checked={force} onChange={({ target }) => setForce(target.checked)}>
            {t('inbox.transfer.force')}
          </Checkbox>
        )}
      </div>
    </Modal>
  )
}
