import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/browser.js'
import type { ApiProblem } from '../../api/problem.js'
import { useAct } from '../../api/use-act.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'

/** By what a person can be found. */
const BY = ['phone', 'openid', 'unionid', 'user', 'miniOpenid', 'id'] as const

/** Finds one person by what a shop or the platform calls them. */
export function FindContact() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { busy, act } = useAct()
  const [problem, setProblem] = useState<ApiProblem>()
  return (
    <div className="stack narrow">
      <p className="quiet">{t('find.about')}</p>
      {problem && <ProblemAlert problem={problem} />}
      <Form
        layout="vertical"
        requiredMark={false}
        initialValues={{ by: 'phone' }}
        onFinish={({ by, text, account }: { by: (typeof BY)[number]; text: string; account?: string }) =>
          act(
            async () => {
              const wanted = text.trim()
              if (by === 'id') return navigate(`/contacts/${encodeURIComponent(wanted)}`)
              const query = { [by]: wanted, ...(account?.trim() && { account: account.trim() }) }
              const { id } = await call('findContact', { query })
              navigate(`/contacts/${id}`)
            },
            undefined,
            setProblem,
          )
        }
      >
        <Form.Item name="by" label={t('find.by')}>
          <Select options={BY.map((value) => ({ value, label: t(`find.${value}`) }))} />
        </Form.Item>
        <Form.Item name="text" label={t('find.text')} rules={[{ required: true, message: t('form.required') }]}>
          <Input autoComplete="off" maxLength={128} data-testid="find-text" />
        </Form.Item>
        <Form.Item name="account" label={t('find.account')} extra={t('find.account.about')}>
          <Input autoComplete="off" maxLength={32} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('find.go')}
        </Button>
      </Form>
    </div>
  )
}
