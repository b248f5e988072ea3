"""Generates an Asterisk's configuration: the lab's, a container's and a production one's alike."""
