import { Alert, Button, Typography } from 'antd'
import { useWords } from '../words/use-words.js'

/** Ten codes for the day the telephone is lost, shown this once. */
export function RecoveryCodes({ codes, kept }: { codes: readonly string[]; kept(): void }) {
  const { t } = useWords()
  return (
    <div className="stack">
      <Alert type="warning" showIcon title={t('recovery.once')} />
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Typography.Text copyable={{ text: codes.join('\n') }}>{t('recovery.copy')}</Typography.Text>
      <Button type="primary" block size="large" onClick={kept}>
        {t('recovery.kept')}
      </Button>
    </div>
  )
}
