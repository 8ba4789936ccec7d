"""Clusters: the groups that expressions fall into by themselves."""

from mimik.learn.clusters.find import find_clusters
from mimik.learn.clusters.result import Cluster, Clusters

__all__ = ["Cluster", "Clusters", "find_clusters"]
