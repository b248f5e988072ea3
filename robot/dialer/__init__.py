"""The dialer: claims tasks from the quota queue and keeps calls under way until the day's quota is met."""
