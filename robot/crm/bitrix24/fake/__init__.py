"""A Bitrix24 portal to practise on: REST, OAuth, limits, events; everything in memory."""
