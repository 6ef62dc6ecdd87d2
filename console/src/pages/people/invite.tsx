import { Button, Form, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { memberOf, type PersonFields, PersonForm } from './person-form.js'

/** The button that lets somebody new in; `made` gets the link for the password. */
export function Invite({ made }: { made(url: string): void }) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('people.invite')}
      </Button>
      {open && <Inviting made={made} close={() => setOpen(false)} />}
    </>
  )
}

function Inviting({ made, close }: { made(url: string): void; close(): void }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [form] = Form.useForm<PersonFields>()
  const [problem, setProblem] = useState<ApiProblem>()

  async function go(fields: PersonFields): Promise<void> {
    const { login, name, roles } = fields
    const wecom = memberOf(fields)
    const body = { login, name, roles, ...(wecom && { wecom }) }
    const done = await act(async () => made((await call('invitePerson', { body })).link.url), undefined, setProblem)
    if (done) close()
  }
  return (
    <Modal
      open
      title={t('people.invite')}
      onCancel={close}
      onOk={() => form.submit()}
      okText={t('people.invite')}
      okButtonProps={{ loading: busy }}
      cancelText={t('act.cancel')}
    >
      {problem && <ProblemAlert problem={problem} />}
      <Form form={form} name="invite" layout="vertical" onFinish={go}>
        <PersonForm fresh />
      </Form>
    </Modal>
  )
}
