"""Edges: how data enters and leaves. Codecs, sources, sinks, server and client; no engine is known here."""
