/**
 * Frames of Socket Mode without their payload. Sources: docs.slack.dev/apis/events-api/using-socket-mode and the mock
 * servers of slackapi/python-slack-sdk (tests/slack_sdk/socket_mode/mock_socket_mode_server.py).
 */
export const socketFrames = {
  hello: {
    type: 'hello',
    num_connections: 2,
    debug_info: { host: 'applink-111-xxx', build_number: 10, approximate_connection_time: 18_060 },
    connection_info: { app_id: 'A111' },
  },
  slashCommand: {
    envelope_id: '57d6a792-4d35-4d0b-b6aa-3361493e1caf',
    type: 'slash_commands',
    accepts_response_payload: true,
  },
  event: {
    envelope_id: '1d3c79ab-0ffb-41f3-a080-d19e85f53649',
    type: 'events_api',
    accepts_response_payload: false,
    retry_attempt: 0,
    retry_reason: '',
  },
  disconnect: { type: 'disconnect', reason: 'refresh_requested' },
};
